import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { randomOf } from '../merge/branches.ts';
import { figure } from './figure.ts';
import { accountOf, idsOf } from './watcher/account.ts';
import { BY_HAND } from './watcher/by-hand.ts';
import { BIN, heard, type WatcherProcess, watcherProcess } from './watcher/process.ts';
import { handled, LONGEST_GAP_MS, sendersAtOnce, workerFile } from './watcher/senders.ts';
import { expectEachOnce, SEED, STORES, type StoreName, watchedWorkspace } from './watcher/workspace.ts';
import './watcher/git.ts';
import './watcher/lost-sight.ts';

/** Watchers in processes of their own are told of every message exactly once, whoever wrote it. */

const ROUNDS = LONG ? 10 : 1;
const GAPS = LONG ? Array.from({ length: 21 }, (_, at) => at * 5) : [0, 1, 5, 20, 45, 75, LONGEST_GAP_MS];
const BURST = LONG ? { senders: 6, each: 100 } : { senders: 3, each: 12 };
/** After how many messages another watcher begins. */
const STARTS = LONG ? [3, 50, 150, 300, 450] : [3, 15];

const WRITERS: [string, StoreName, string | undefined][] = [
  ['sends (files)', 'files', undefined],
  ['sends (SQLite)', 'sqlite', undefined],
  ...Object.keys(BY_HAND).map((hand): [string, StoreName, string] => [hand, 'files', hand]),
];

test('two messages at a gap of 0 to 100 ms are both told, once: sends to either store, appends, and saves of every kind', async () => {
  await Promise.all(WRITERS.map(writeAtGaps));
});

async function writeAtGaps([name, store, hand]: (typeof WRITERS)[number]): Promise<void> {
  const { root, send } = await watchedWorkspace(store);
  const watcher = watcherProcess(root);
  await watcher.ready();
  const written: string[] = [];
  const write = async () => {
    const id = `msg-${String(written.length + 1).padStart(3, '0')}`;
    if (hand === undefined) written.push(await send());
    else {
      BY_HAND[hand]?.(root, id);
      written.push(id);
    }
  };
  for (const gap of Array.from({ length: ROUNDS }, () => GAPS).flat()) {
    await write();
    if (gap > 0) await wait(gap);
    await write();
    // Nothing else is written until both are told, so that no later event makes up for one that was lost.
    const both = written.slice(-2);
    await watcher.until(() => both.every((id) => idsOf(watcher.events, 'message').includes(id)), `${name}: both at a gap of ${gap} ms`);
    figure('gaps', 1);
  }
  await expectEachOnce(watcher, written, await send('The last one'));
}

describe.each(STORES)('a burst of several senders (%s)', (store) => {
  // What goes the same way with either store is shown with one of them in the short form.
  const isWhole = LONG || store === 'files';

  test('is told to the CLI, to the library, to one that was stopped in it and to one that began in it, each message once', async () => {
    const { root, send } = await watchedWorkspace(store);
    const [plain, library, stopped] = [
      watcherProcess(root),
      heard([process.execPath, workerFile('library-watcher.mjs'), root], root),
      watcherProcess(root),
    ];
    await Promise.all([plain, library, stopped].map((watcher) => watcher.ready()));
    const burst = sendersAtOnce(root, randomOf(SEED), BURST);
    const late: WatcherProcess[] = [];
    for (const after of STARTS) {
      await stopped.until(() => idsOf(stopped.events, 'message').length >= after, `${after} messages`);
      late.push(watcherProcess(root));
    }
    stopped.child.kill('SIGSTOP');
    const ids = await burst;
    stopped.child.kill('SIGCONT');
    const last = await send('The last one');
    for (const watcher of [plain, library, stopped, ...late]) await expectEachOnce(watcher, ids, last);
    figure('rounds', 1);
  });

  test.runIf(isWhole)('of which each is claimed and completed: told as it went, to the state in which it is left', async () => {
    const { root, comms } = await watchedWorkspace(store);
    const watcher = watcherProcess(root);
    await watcher.ready();
    const handling = handled(root, BURST.senders * BURST.each);
    const ids = await sendersAtOnce(root, randomOf(SEED + 2), BURST);
    expect((await handling).sort()).toEqual([...ids].sort());
    const standing = () => accountOf(watcher.events).standing;
    await watcher.until(() => ids.every((id) => standing().get(`gpt ${id}`)?.status === 'COMPLETED'), 'every end');
    await watcher.end();
    const { arrivals, contradictions } = accountOf(watcher.events);
    expect(contradictions, `seed ${SEED}`).toEqual([]);
    expect([...arrivals].sort()).toEqual([...ids].sort());
    const stored = await comms.store.list({ inboxes: ['gpt'], sections: ['active', 'archived'] });
    expect(Object.fromEntries(standing())).toEqual(
      Object.fromEntries(stored.map(({ inbox, message, section }) => [`${inbox} ${message.id}`, { status: message.status, section }])),
    );
    figure('messages watched', ids.length);
    figure('rounds', 1);
  });

  test.runIf(isWhole && process.platform !== 'win32')('is handed over by --exec, each message once, in the order told', async () => {
    const { root, send } = await watchedWorkspace(store);
    const watcher = watcherProcess(root, { argv: ['--as', 'gpt', '--exec', 'echo "$COMMS_MESSAGE_ID" >> handed'] });
    await watcher.ready();
    const ids = await sendersAtOnce(root, randomOf(SEED + 3), LONG ? BURST : { senders: 3, each: 5 });
    ids.push(await send('The last one'));
    const handedOver = () => (existsSync(join(root, 'handed')) ? readFileSync(join(root, 'handed'), 'utf8').trim().split('\n') : []);
    await expect.poll(() => handedOver().length, { timeout: 60_000 + 50 * ids.length }).toBeGreaterThanOrEqual(ids.length);
    await watcher.end();
    expect(handedOver()).toEqual(idsOf(watcher.events, 'message'));
    expect(handedOver().sort()).toEqual(ids.sort());
    figure('messages handed over', ids.length);
  });
});

test.each(LONG ? STORES : (['sqlite'] as const))(
  'what comes while a watcher that sees nothing says that it is ready is found by its poll (%s)',
  async (store) => {
    const { root } = await watchedWorkspace(store);
    const line = ['send', '--workspace', root, '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'x', '--details', 'x'];
    const watcher = watcherProcess(root, {
      sight: 'silent',
      program: [workerFile('library-watcher.mjs'), root, process.execPath, BIN, ...line],
    });
    await watcher.ready();
    // A sweep, after 30 s, looks as well: it must not be that which finds it.
    const found = watcher.until(() => idsOf(watcher.events, 'message').length === 1, 'the message');
    await expect(Promise.race([found, wait(20_000, 'too late')])).resolves.toBeUndefined();
    await watcher.end();
  },
);
