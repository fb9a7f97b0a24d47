import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleWorker } from '../bundle-worker.ts';
import { LONG } from '../long.ts';
import { checkHistory, takeoversIn } from './concurrency/check-history.ts';
import { isAccepted, type Operation } from './concurrency/history.ts';
import { race } from './concurrency/race.ts';
import { figure } from './figure.ts';

/**
 * Processes that do with the messages of one workspace whatever agents do, some of them stopped for longer than their leases and
 * some killed; then a checker goes over what each of them called and was told (concurrency/check-history.ts).
 */

/** Not elsewhere, so that it finds better-sqlite3. */
const built = path.join(import.meta.dirname, '../../dist/test');
const worker = path.join(built, `race-${process.pid}.mjs`);

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await bundleWorker(path.join(import.meta.dirname, 'concurrency/worker.ts'), worker);
  return () => rmSync(worker, { force: true });
});

const SEEDS = process.env.COMMS_TEST_SEED ? [Number(process.env.COMMS_TEST_SEED)] : LONG ? [11, 12, 13] : [11];
const SIZES = LONG ? [2, 8, 20] : [2, 8];
const ROUNDS = SIZES.flatMap((processes) => SEEDS.map((seed) => [processes, seed] as const));
/** The short form comes to the limit sooner. */
const MAX_ATTEMPTS = LONG ? 3 : 2;
const MS = LONG ? 15_000 : 1_000;

describe.skipIf(process.platform === 'win32').each(['memory', 'sqlite', 'files'] as const)('%s', (store) => {
  const missing: Set<string>[] = [];

  // In the memory store they are as many clients of one process.
  test.each(ROUNDS)(
    '%i processes: nothing lost or doubled, one live lease, stale holders refused, attempts in their limit (seed %i)',
    async (processes, seed) => {
      const raced = await race({
        store,
        processes,
        ms: MS,
        isEnough: ({ operations }) => missingIn(operations).size === 0,
        maxAttempts: MAX_ATTEMPTS,
        seed,
        worker,
        longStops: LONG,
      });
      const { operations, kills, stops, root } = raced;
      figure('histories', 1);
      figure('operations', operations.length);
      figure('kills', kills);
      figure('stops', stops);
      figure('acknowledged sends', count(operations, 'send'));
      figure('takeovers', takeoversIn(operations));
      figure('stale holders refused', operations.filter(({ error }) => error === 'LEASE_LOST').length);
      const where = `seed ${seed}, histories in ${root}`;
      expect(checkHistory(raced), where).toEqual([]);
      expect({ failures: raced.failures, problems: raced.problems }, where).toEqual({ failures: [], problems: [] });
      missing.push(missingIn(operations));
      rmSync(root, { recursive: true, force: true });
    },
  );

  test('those races had in them what they are about', () => {
    const [first = new Set(['a race']), ...others] = missing;
    expect([...first].filter((what) => others.every((other) => other.has(what)))).toEqual([]);
  });
});

/** What a race goes on for, and all races of a store together must have shown before they say anything. */
function missingIn(operations: readonly Operation[]): Set<string> {
  const last = new Set(operations.filter(({ answer }) => answer?.attempts === MAX_ATTEMPTS).flatMap(({ answer }) => answer?.token ?? []));
  const isLost = ({ error = '' }: Operation) => ['LEASE_LOST', 'MESSAGE_NOT_FOUND'].includes(error);
  const shown: [string, boolean][] = [
    ...VERBS.map((verb): [string, boolean] => [verb, count(operations, verb) > 0]),
    ['a takeover', takeoversIn(operations) > 0],
    ['a stale holder that was refused', operations.some(({ error }) => error === 'LEASE_LOST')],
    ['a last attempt that ran out', operations.some((operation) => last.has(operation.request.token ?? '') && isLost(operation))],
    [
      'a last attempt that failed',
      operations.some(({ verb, request, answer }) => verb === 'fail' && !request.reject && answer?.attempts === MAX_ATTEMPTS),
    ],
  ];
  return new Set(shown.flatMap(([what, is]) => (is ? [] : [what])));
}

const VERBS = ['send', 'claim', 'extend', 'complete', 'fail', 'release', 'redrive'] as const;

function count(operations: readonly Operation[], verb: Operation['verb']): number {
  return operations.filter((operation) => operation.verb === verb && isAccepted(operation)).length;
}
