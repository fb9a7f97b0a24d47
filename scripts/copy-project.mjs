import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';

/** Copies the project as it is in the working tree, without what git ignores. */
export function copyProject(root, to) {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = spawnSync('git', list, { cwd: root, encoding: 'utf8' });
  // One that was deleted is listed until it is committed so.
  const names = stdout.split('\0').filter((name) => name !== '' && existsSync(path.join(root, name)));
  for (const name of names) cpSync(path.join(root, name), path.join(to, name));
}
