import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomFrom } from '../../../src/cli/simulate/random.ts';
import type { StoreName } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { runClient } from './client.ts';
import type { FinalCopy, Recorded } from './history.ts';
import { AGENTS, INBOXES, openRaced } from './open-store.ts';
import { type Disturbed, disturb, startProcesses } from './processes.ts';
import { createRecorder, readHistory } from './record.ts';
import { clockOffset, sharedClock, storeClock } from './shared-clock.ts';

export interface RaceOptions {
  store: StoreName;
  /** How many processes; how many clients of one process in the memory store. */
  processes: number;
  /** At least so long, in ms… */
  ms: number;
  /** …and until the history has this, or so much time has passed that it never will. */
  isEnough: (recorded: Pick<Recorded, 'operations'>) => boolean;
  maxAttempts: number;
  seed: number;
  /** The bundled worker. */
  worker: string;
  /** Now and then one is stopped for longer than the workspace lock waits for its holder. */
  longStops: boolean;
}

export interface Raced extends Recorded, Disturbed {
  root: string;
  /** What the store's own check finds wrong afterwards. */
  problems: string[];
}

/** How long to go on for what a history has not shown yet, in ms… */
const PATIENCE_MS = 30_000;
/** …and to wait for the leases of those who were killed. */
const LEASES_MS = 30_000;

/** Has many clients at one store, disturbs them, and reads what is there when all is over. */
export async function race(options: RaceOptions): Promise<Raced> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-race-')));
  const histories = path.join(root, 'histories');
  mkdirSync(histories);
  const offset = clockOffset();
  const now = sharedClock(offset);
  const store = await openRaced(options.store, root, { maxAttempts: options.maxAttempts, clock: storeClock(now) });
  for (const inbox of ['claude', ...INBOXES]) await store.addInbox(inbox);
  const start = now();
  const isOver = () => {
    const passed = now() - start;
    return passed > options.ms && (passed > options.ms + PATIENCE_MS || options.isEnough({ operations: readHistory(histories) }));
  };
  const parts = { ...options, root, histories, offset };
  const disturbed =
    options.store === 'memory'
      ? await inOneProcess(store, parts, now, isOver)
      : await disturb(startProcesses(parts), { ...options, isOver });
  const final = await whenAllIsOver(store, now);
  const { problems } = await store.check();
  await store.close();
  return {
    ...disturbed,
    root,
    operations: readHistory(histories),
    final,
    maxAttempts: options.maxAttempts,
    problems: problems.map(({ code, message }) => `${code}: ${message}`),
  };
}

async function inOneProcess(
  store: Store,
  { histories, processes, seed }: RaceOptions & { histories: string },
  now: () => number,
  isOver: () => boolean,
): Promise<Disturbed> {
  let over = false;
  const clients = Array.from({ length: processes }, (_, n) => {
    const agent = AGENTS[n % AGENTS.length] ?? 'gpt';
    const record = createRecorder(histories, `c${n}`, now);
    return runClient({ store, agent, inboxes: INBOXES, prefix: `c${n}`, random: randomFrom(seed + n), now, record, isOver: () => over });
  });
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 100));
  over = true;
  await Promise.all(clients);
  return { kills: 0, stops: 0, failures: [] };
}

/** The leases of killed processes run out first. */
async function whenAllIsOver(store: Store, now: () => number): Promise<FinalCopy[]> {
  const until = now() + LEASES_MS;
  for (;;) {
    await store.sweep();
    const copies = await store.list({ sections: ['active', 'archived', 'held', 'dead'] });
    if (now() < until && copies.some(({ message }) => message.status === 'IN_PROGRESS')) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    return copies.map(({ inbox, section, message: { id, status, delivery, idempotency_key } }) => ({
      id,
      inbox,
      section,
      status: status ?? '',
      attempts: delivery?.attempts ?? 0,
      key: idempotency_key,
      ...(typeof delivery?.dead_reason === 'string' && { deadReason: delivery.dead_reason }),
    }));
  }
}
