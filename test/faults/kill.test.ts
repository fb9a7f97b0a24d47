import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/cli/simulate/random.ts';
import { bundleWorker } from '../bundle-worker.ts';
import { LONG } from '../long.ts';
import { figure } from './figure.ts';
import { canBeHalf } from './kill/deadly-file-system.ts';
import { createLedger, type Ledger, takeDown } from './kill/ledger.ts';
import { openStore } from './kill/open-store.ts';
import { createPool, type Pool } from './kill/processes.ts';
import { AGENTS, OPERATION_NAMES, type OperationName, type Plan } from './kill/protocol.ts';
import { verify } from './kill/verify.ts';
import { memoryDirectory } from './memory-directory.ts';

const SEED = Number(process.env.COMMS_TEST_SEED ?? Math.floor(Math.random() * 1e6));
/** Not elsewhere, so that the worker finds better-sqlite3. */
const built = path.join(import.meta.dirname, '../../dist/test-kill');
let pool: Pool;

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  const worker = path.join(built, `worker-${process.pid}.mjs`);
  await bundleWorker(path.join(import.meta.dirname, 'kill/worker.ts'), worker);
  pool = createPool(worker, 4);
});
afterAll(() => {
  pool?.close();
  rmSync(built, { recursive: true, force: true });
});

interface Arena extends Pick<Plan, 'root' | 'store'> {
  ledger: Ledger;
}

async function arenaIn(directory: string, store: Plan['store']): Promise<Arena & { dispose: () => void }> {
  const root = mkdtempSync(path.join(directory, 'comms-kill-'));
  const first = await openStore({ root, store });
  for (const agent of AGENTS) await first.addInbox(agent);
  await first.close();
  return { root, store, ledger: createLedger(), dispose: () => rmSync(root, { recursive: true, force: true }) };
}

async function verified(arena: Arena, about: string, options?: { spoilt: boolean }): Promise<void> {
  const { wrong } = await verify(arena, arena.ledger, options);
  expect(wrong, `${about}, COMMS_TEST_SEED=${SEED}, in ${arena.root}`).toEqual([]);
}

describe('a process that is killed with SIGKILL', () => {
  /** How many calls further each time; a short form looks at some. */
  const stepOf = (operation: OperationName) => (LONG ? 1 : 110) * (operation === 'fix' ? 3 : 1);
  /** After every so many deaths those that recover are killed, too, one after another, so many times. */
  const [EVERY, RECOVERIES] = LONG ? [5, 3] : [1, 1];

  test.each(OPERATION_NAMES.filter((name) => name !== 'recover'))(
    'before any system call of %s, or in the middle of it, and so those that recover: nothing acknowledged is lost, nothing is doubled or cut',
    async (operation) => {
      const arena = await arenaIn(memoryDirectory(), 'files');
      const random = randomFrom(SEED + operation.length);
      let name = 0;
      /** Returns the call at which it died; undefined where it came through. */
      const dieOnce = async (what: OperationName, at: number, half: boolean) => {
        name += 1;
        const agent = AGENTS[name % AGENTS.length] ?? 'gpt';
        const worker = pool.start({
          ...arena,
          agent,
          name: `${operation}-${name}`,
          seed: SEED + name,
          once: { operation: what, at, half },
        });
        const how = await worker.ended;
        takeDown(arena.ledger, worker.said);
        expect(worker.said.filter((line) => 'failed' in line)).toEqual([]);
        if (how === 'killed') figure('kills', 1);
        const dying = worker.said.find((line) => 'dying' in line);
        return dying && 'dying' in dying ? dying.dying : undefined;
      };
      let chains = 0;
      const chain = async (at: number, half: boolean) => {
        const call = await dieOnce(operation, at, half);
        chains += 1;
        const recoveries = call !== undefined && chains % EVERY === 0 ? RECOVERIES : 0;
        for (let level = 0; level < recoveries; level++) {
          const died = await dieOnce('recover', 1 + Math.floor(random() * 60), random() < 0.3);
          if (died === undefined) break;
        }
        await verified(arena, `${operation} died at call ${at}${half ? ', half done' : ''}`, { spoilt: operation === 'fix' });
        return call;
      };
      const step = stepOf(operation);
      for (let at = 1 + Math.floor(random() * step); ; at += step) {
        const call = await chain(at, false);
        if (call === undefined) break;
        if (canBeHalf(call)) await chain(at, true);
      }
      figure('acknowledged sends checked', arena.ledger.sends.size);
      arena.dispose();
    },
  );

  test.each([
    ['files', LONG ? 90 : 3],
    ['sqlite', LONG ? 40 : 2],
  ] as const)('at any moment, three at a time, on %s: nothing acknowledged is lost, nothing is doubled or cut', async (store, rounds) => {
    const random = randomFrom(SEED);
    let arena = await arenaIn(tmpdir(), store);
    for (let round = 1; round <= rounds; round++) {
      const workers = AGENTS.map((agent, n) => pool.start({ ...arena, agent, name: `${agent}-${round}`, seed: SEED + 7 * round + n }));
      for (const worker of workers) worker.killAfter(4 + Math.floor(random() * 30));
      const ends = await Promise.all(workers.map(({ ended }) => ended));
      for (const { said } of workers) takeDown(arena.ledger, said);
      expect(workers.flatMap(({ said }) => said.filter((line) => 'failed' in line))).toEqual([]);
      expect(ends).toEqual(AGENTS.map(() => 'killed'));
      figure('kills', AGENTS.length);
      await verified(arena, `round ${round}`);
      if (round % 15 > 0 && round < rounds) continue;
      figure('acknowledged sends checked', arena.ledger.sends.size);
      arena.dispose();
      if (round < rounds) arena = await arenaIn(tmpdir(), store);
    }
  });
});
