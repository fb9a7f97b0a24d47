import { randomFrom } from '../../../src/cli/simulate/random.ts';
import type { StoreName } from '../../../src/store/open.ts';
import { type ClientOptions, runClient } from './client.ts';
import { AGENTS, INBOXES, openRaced } from './open-store.ts';
import { createRecorder } from './record.ts';
import { sharedClock, storeClock } from './shared-clock.ts';

/** What a process of a race is told on its command line. */
export interface WorkerOptions {
  store: StoreName;
  root: string;
  histories: string;
  maxAttempts: number;
  offset: number;
  seed: number;
  /** Its number among those that ever ran. */
  number: number;
  retry: string[];
}

/** One process of a race: two clients that share a store, until it is told to end. */
const { store: name, root, histories, maxAttempts, offset, seed, number, retry } = JSON.parse(process.argv[2] ?? '{}') as WorkerOptions;
const now = sharedClock(offset);
const store = await openRaced(name, root, { maxAttempts, clock: storeClock(now) });
let over = false;
process.on('message', () => {
  over = true;
});
process.send?.('ready');
await Promise.all([0, 1].map((part) => runClient(optionsOf(part))));
await store.close();
process.disconnect();

function optionsOf(part: number): ClientOptions {
  const client = `p${number}.${part}`;
  return {
    store,
    agent: AGENTS[number % AGENTS.length] ?? 'gpt',
    inboxes: INBOXES,
    prefix: client,
    retry: part === 0 ? retry : [],
    random: randomFrom(seed + number * 2 + part),
    now,
    record: createRecorder(histories, client, now),
    isOver: () => over,
  };
}
