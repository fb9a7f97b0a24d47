import { defineConfig } from 'vitest/config';
import { LONG } from './test/long.ts';

const timeout = LONG ? 1_800_000 : 120_000;
const shared = { testTimeout: timeout, hookTimeout: timeout };

/** Many processes that meet at one lock or race one another: what takes their turn from them would decide what they show. */
const ALONE = [
  'test/store/files/lock-soak.test.ts',
  'test/faults/{kill,concurrency,watcher}.test.ts',
  'test/many-processes.test.ts',
  'test/lease-processes.test.ts',
  'test/rate-limits-processes.test.ts',
  'test/phase-limit-processes.test.ts',
  'test/git/sync-processes.test.ts',
  'test/store/sqlite/{order,processes}.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'together', include: ['test/**/*.test.ts'], exclude: ALONE, sequence: { groupOrder: 1 } } },
      { test: { ...shared, name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
