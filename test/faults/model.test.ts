import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { figure } from './figure.ts';
import type { Real } from './model/commands.ts';
import { Model } from './model/model.ts';
import { openSubject, STORES, type StoreName } from './model/subject.ts';
import { COMMANDS } from './model/verbs.ts';

/** Runs for each store: those that write to a disk are slower. */
const RUNS = LONG ? { memory: 3000, sqlite: 500, files: 300, all: 150 } : { memory: 30, sqlite: 14, files: 8, all: 4 };
const COMMANDS_A_RUN = 80;

const { COMMS_TEST_SEED: seed, COMMS_TEST_PATH: path, COMMS_TEST_REPLAY: replayPath } = process.env;
const reached = new Map<string, number>();

describe('whatever is done, each verb answers and leaves behind what the model says', () => {
  test.each([...STORES.map((name): [string, StoreName[]] => [name, [name]]), ['all', [...STORES]] as [string, StoreName[]]])(
    '%s',
    async (name, stores) => {
      const commands = fc.commands(COMMANDS, { maxCommands: COMMANDS_A_RUN, size: 'max', ...(replayPath !== undefined && { replayPath }) });
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
        endOnFailure: process.env.COMMS_TEST_SHRINK === 'no',
        numRuns: RUNS[name as keyof typeof RUNS],
        ...(seed !== undefined && { seed: Number(seed) }),
        ...(path !== undefined && { path }),
      });
      figure('commands checked', done);
      expect(done).toBeGreaterThan(0);
    },
  );
});
