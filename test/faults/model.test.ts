import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { figure } from './figure.ts';
import type { Real } from './model/commands.ts';
import { DEEDS } from './model/deeds.ts';
import { Model } from './model/model.ts';
import { openSubject, STORES, type StoreName } from './model/subject.ts';
import { COMMANDS } from './model/verbs.ts';

/** How many histories are tried on each store, and on the three in step; those that write to a disk are slower. */
const RUNS = LONG ? { memory: 1000, sqlite: 200, files: 120, 'all in step': 50 } : { memory: 20, sqlite: 10, files: 6, 'all in step': 2 };
const MOST_COMMANDS = 80;
/** In ms; a busy machine is slow. */
const TIMEOUT = LONG ? 1_800_000 : 300_000;

/** What a failure prints, to see it again: seed, path, and the replayPath at the end of the counterexample. */
const { COMMS_TEST_SEED: seed, COMMS_TEST_PATH: path, COMMS_TEST_REPLAY: replayPath, COMMS_TEST_SHRINK } = process.env;

const CASES: [keyof typeof RUNS, StoreName[]][] = [
  ...STORES.map((name): [StoreName, StoreName[]] => [name, [name]]),
  ['all in step', [...STORES]],
];
const reached = new Map<string, number>();

describe('whatever is done, every verb answers and leaves behind what the model says', () => {
  test.each(CASES)('%s', { timeout: TIMEOUT }, async (name, stores) => {
    const commands = fc.commands(COMMANDS, { maxCommands: MOST_COMMANDS, size: 'max', ...(replayPath !== undefined && { replayPath }) });
    let done = 0;
    const property = fc.asyncProperty(commands, async (chosen) => {
      const model = new Model(reached);
      const real: Real = { subjects: [], commands: 0 };
      try {
        for (const store of stores) real.subjects.push(await openSubject(store, model));
        await fc.asyncModelRun(() => ({ model, real }), chosen);
      } finally {
        done += real.commands;
        for (const subject of real.subjects) await subject.dispose();
      }
    });
    await fc.assert(property, {
      numRuns: RUNS[name],
      endOnFailure: COMMS_TEST_SHRINK === 'no',
      ...(seed !== undefined && { seed: Number(seed) }),
      ...(path !== undefined && { path }),
    });
    figure('commands checked', done * stores.length);
    expect(done).toBeGreaterThan(0);
  });

  test('the histories reach what is rare', () => {
    const known = Object.fromEntries(DEEDS.map((deed) => [deed, reached.get(deed) ?? 0]));
    const strange = [...reached.keys()].filter((deed) => !DEEDS.includes(deed));
    expect(strange).toEqual([]);
    if (!LONG) return;
    for (const [deed, count] of Object.entries(known)) figure(`× ${deed}`, count);
    expect(Object.entries(known).filter(([, count]) => count === 0)).toEqual([]);
  });
});
