import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { block } from '../../cli/watch-harness.ts';
import { LONG } from '../../long.ts';
import { randomOf } from '../../merge/branches.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { figure } from '../figure.ts';
import { idsOf } from './account.ts';
import { BY_HAND, inboxOf } from './by-hand.ts';
import { BIN, watcherProcess } from './process.ts';
import { sendersAtOnce } from './senders.ts';
import { argvUnder, type Sight } from './sight.ts';
import { expectEachOnce, SEED, STORES, type StoreName, watchedWorkspace } from './workspace.ts';

/** A watcher whom the system tells little or nothing, or whose workspace goes away under it. */

const BURST = LONG ? { senders: 4, each: 100 } : { senders: 2, each: 5 };
/** A poll takes 1.5 s. */
const BEFORE_A_SWEEP_MS = 20_000;
const BLIND: Sight[] = ['EMFILE', 'ENOSPC', 'silent'];
const NO_WATCHER = expect.stringMatching(/^No file watcher is left on this system; looking every 1\.[25] s instead\.$/);

test('no inotify instance or watch left, or no event at all: said where it can be known, and everything is told', async () => {
  await Promise.all(STORES.map(watchBlindly));
});

async function watchBlindly(store: StoreName): Promise<void> {
  const { root, send } = await watchedWorkspace(store);
  const watchers = BLIND.map((sight) => watcherProcess(root, { sight }));
  await Promise.all(watchers.map((watcher) => watcher.ready()));
  const ids = await sendersAtOnce(root, randomOf(SEED + 4), BURST);
  const byHand = store === 'files' ? Object.values(BY_HAND) : [];
  byHand.forEach((write, at) => {
    const id = `msg-${900 + at}`;
    write(root, id);
    ids.push(id);
  });
  // Each sweep looks as well, every 30 s: of two messages one after another, it cannot find both in time.
  for (let n = 0; n < 2; n += 1) {
    const id = await send();
    ids.push(id);
    const told = watchers.map((watcher) => watcher.until(() => idsOf(watcher.events, 'message').includes(id), id, BEFORE_A_SWEEP_MS));
    await Promise.all(told);
  }
  const last = await send('The last one');
  for (const watcher of watchers) await expectEachOnce(watcher, ids, last);
  const errors = watchers.map(({ events }) => events.flatMap((event) => (event.event === 'error' ? [event.error] : [])));
  expect(errors).toEqual([[NO_WATCHER], [NO_WATCHER], []]);
  figure('rounds', BLIND.length);
}

test.each(LONG ? (['EMFILE', 'ENOSPC'] as const) : (['EMFILE'] as const))(
  'comms doctor says that files cannot be watched (%s)',
  async (sight) => {
    const { root } = await watchedWorkspace('files');
    const [program = '', ...argv] = argvUnder(sight, [BIN, 'doctor', '--workspace', root]);
    const { status, stdout } = spawnSync(program, argv, { encoding: 'utf8', env: { ...process.env, COMMS_TEST_SIGHT: sight } });
    expect(stdout).toContain(`warning NO_FILE_WATCHER Files cannot be watched (${sight}`);
    expect(status).toBe(0);
  },
);

describe('whatever happens around the messages', () => {
  test('a .state that is removed under a watcher changes nothing for it', async () => {
    const { root, send } = await watchedWorkspace('files');
    const watcher = watcherProcess(root);
    await watcher.ready();
    const ids = [await send()];
    rmSync(join(root, '.state'), { recursive: true });
    ids.push(await send());
    await watcher.until(() => idsOf(watcher.events, 'message').length === 2, 'both');
    rmSync(join(root, '.state'), { recursive: true });
    ids.push(await send());
    await expectEachOnce(watcher, ids, await send('The last one'));
  });

  test('a workspace that is removed and put back: what is gone is told, and what is there again', async () => {
    const { root, send } = await watchedWorkspace('files');
    const ids = [await send(), await send()];
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(root, copy, { recursive: true });
    const watcher = watcherProcess(root);
    await watcher.ready();
    rmSync(root, { recursive: true });
    await watcher.until(() => idsOf(watcher.events, 'removed').length === 2, 'both gone');
    cpSync(copy, root, { recursive: true });
    await watcher.until(() => idsOf(watcher.events, 'message').length === 2, 'both there again');
    BY_HAND['an append, as of cat >>']?.(root, 'msg-003');
    await watcher.until(() => idsOf(watcher.events, 'message').length === 3, 'one more');
    await watcher.end();
    expect(idsOf(watcher.events, 'waiting')).toEqual(ids);
    expect(idsOf(watcher.events, 'message')).toEqual([...ids, 'msg-003']);
    expect(watcher.events.filter(({ event }) => event === 'error')).toEqual([]);
  });

  test('an editor that is held up when it has emptied the file takes nothing away, and nothing comes twice', async () => {
    const { root, send } = await watchedWorkspace('files');
    const watcher = watcherProcess(root);
    await watcher.ready();
    const ids = [await send(), await send()];
    await watcher.until(() => idsOf(watcher.events, 'message').length === 2, 'both');
    const text = readFileSync(inboxOf(root));
    // Longer than the second look takes, and shorter than it takes to believe that a message is gone; on a machine that is too
    // busy for that, once more.
    for (let tries = 0, heldUpMs = Number.POSITIVE_INFINITY; heldUpMs > 700 && tries < 20; tries += 1) {
      const from = performance.now();
      writeFileSync(inboxOf(root), '');
      await wait(250);
      writeFileSync(inboxOf(root), text);
      heldUpMs = performance.now() - from;
      figure('saves held up', 1);
    }
    await expectEachOnce(watcher, ids, await send('The last one'));
  });

  test('two saves of the same size within one tick of a file system that counts in seconds are both told', async () => {
    const { root } = await watchedWorkspace('files');
    const watcher = watcherProcess(root);
    await watcher.ready();
    // A server whose clock is ahead: its times are young for as long as the test takes.
    const tick = Math.floor(Date.now() / 1000) + 3_600;
    const save = (id: string) => {
      writeFileSync(inboxOf(root), `# Inbox\n\n## Active Messages\n\n${block(id)}`);
      utimesSync(inboxOf(root), tick, tick);
    };
    for (let round = 0; round < (LONG ? 50 : 3); round += 1) {
      const id = `msg-${101 + round}`;
      save(id);
      await watcher.until(() => idsOf(watcher.events, 'message').includes(id), id);
      figure('saves within one tick', 1);
    }
    await watcher.end();
  });
});
