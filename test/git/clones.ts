import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { configure, gitIn, opened, type TestRepository, testRepository } from './repository.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));

/**
 * A bare remote and clones of it that have the workspace. status.json, which every change touches and which is derived, is
 * merged by taking one side; with `driver` by whatever is set up with `comms git setup`.
 */
export async function clones(count: number, { driver = false } = {}): Promise<{ remote: string; clones: TestRepository[] }> {
  const remote = join(temporaryDirectory(), 'remote.git');
  mkdirSync(remote);
  gitIn(remote, 'init', '-q', '--bare', '-b', 'main');
  const first = await testRepository();
  first.git('remote', 'add', 'origin', remote);
  await first.run('commit');
  first.git('push', '-q', '-u', 'origin', 'main');
  const others = Array.from({ length: count - 1 }, () => {
    const top = join(temporaryDirectory(), 'clone');
    gitIn(remote, 'clone', '-q', remote, top);
    configure(top);
    return opened(top);
  });
  const all = [first, ...others];
  for (const clone of all) {
    // By the command itself, since git is to call what it was set up with.
    if (driver) execFileSync(process.execPath, [PROGRAM, 'git', 'setup', '--quiet'], { cwd: clone.top });
    else oneSideOfStatus(clone);
  }
  return { remote, clones: all };
}

function oneSideOfStatus({ top, git }: TestRepository): void {
  git('config', 'merge.ours.driver', 'true');
  writeFileSync(join(top, '.git', 'info', 'attributes'), 'agent-comms/status.json merge=ours\n');
}

/** Every message of a clone by uid: what was sent, and where it stands. */
export async function messagesOf(clone: TestRepository): Promise<Record<string, string>> {
  const comms = await clone.comms();
  const copies = await comms.store.list({ sections: ['active', 'archived', 'held', 'dead'] });
  await comms.close();
  return Object.fromEntries(copies.map(({ inbox, message }) => [`${inbox} ${message.uid}`, `${message.subject} ${message.status}`]).sort());
}
