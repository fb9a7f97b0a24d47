import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { clones, messagesOf, PROGRAM } from './clones.ts';
import type { TestRepository } from './repository.ts';

/** In the short form the calls of git are not tried one by one, and only before they did anything. */
const EVERY = LONG ? 1 : 13;
const MOMENTS = LONG ? ['before', 'after'] : ['before'];

/** A git that kills whoever calls it the nth time, before it does anything or after all is done. */
function killingGit(): { path: string; count: string } {
  const path = temporaryDirectory();
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  const count = join(path, 'count');
  const script = `#!/bin/sh
n=$(($(cat ${count}) + 1))
echo $n > ${count}
if [ $n -eq "$KILL_AT" ]; then
  if [ "$KILL_WHEN" = after ]; then ${real} "$@" >/dev/null 2>&1; fi
  kill -9 $PPID
  exit 1
fi
exec ${real} "$@"
`;
  writeFileSync(join(path, 'git'), script);
  chmodSync(join(path, 'git'), 0o755);
  return { path, count };
}

test.each(MOMENTS)(
  'a sync that is killed %s any of its calls of git loses nothing, and the next goes on',
  { timeout: LONG ? 3_600_000 : 600_000 },
  async (when) => {
    const { path, count } = killingGit();
    const { clones: both } = await clones(2);
    const [one, two] = both as [TestRepository, TestRepository];
    const sent: string[] = [];
    let killed = 0;
    for (let at = 1, isOver = false; !isOver; at += EVERY) {
      sent.push(`one/${at}`, `two/${at}`);
      await one.send({ from: 'claude', to: 'gpt', subject: `one/${at}` });
      expect((await one.run('sync')).exit).toBe(0);
      await two.send({ from: 'gpt', to: 'claude', subject: `two/${at}` });
      writeFileSync(count, '0');
      const env = { ...process.env, PATH: `${path}:${process.env.PATH}`, KILL_AT: String(at), KILL_WHEN: when };
      const { signal, status } = spawnSync(process.execPath, [PROGRAM, 'sync'], { cwd: two.top, env });
      isOver = signal === null;
      if (isOver) expect(status).toBe(0);
      else killed += 1;
      const { exit, err } = await two.run('sync');
      // Both clones gave msg-001, of which one is settled by the first sync that sees both.
      const told = err
        .replace('Nothing to sync: both sides have the same.\n', '')
        .replace(/^comms: warning: Two branches gave the same ids\..*\n/m, '');
      expect([exit, told], `killed ${when} call ${at}`).toEqual([0, '']);
      expect(two.git('status', '--porcelain')).toBe('');
      expect(existsSync(join(two.top, '.git/index.lock'))).toBe(false);
      expect(Object.values(await messagesOf(two)).sort(), `killed ${when} call ${at}`).toEqual(
        sent.map((subject) => `${subject} PENDING`).sort(),
      );
    }
    expect(killed).toBeGreaterThan(2);
    await one.run('sync');
    expect(await messagesOf(one)).toEqual(await messagesOf(two));
  },
);
