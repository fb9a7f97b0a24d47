import { timeOf } from '../../../src/message/time.ts';
import type { Copy, Draft, Store } from '../../../src/store/store.ts';
import type { Answer } from './history.ts';
import type { Recorder } from './record.ts';

export interface ClientOptions {
  store: Store;
  /** The agent as which it claims; several clients have the same. */
  agent: string;
  inboxes: readonly string[];
  /** What its processes call their messages: keys are this and a number. */
  prefix: string;
  /** Keys of messages that a killed process sent without being told of the outcome: they are sent again. */
  retry?: readonly string[];
  random: () => number;
  now: () => number;
  record: Recorder;
  isOver: () => boolean;
}

/** Leases that are to run out, in ms. */
const SHORT = [120, 250];
/** Others last at least so long, and, where the machine is busy, six times as long as the slowest of the last calls; in ms. */
const LONG = { from: 400, to: 8_000, calls: 6 };

/** Sends, claims and does with what it claimed whatever a holder may do, until it is over. */
export async function runClient(options: ClientOptions): Promise<void> {
  const { random, isOver, retry = [] } = options;
  const client = clientOver(options);
  for (const key of retry) await client.sendAs(key);
  while (!isOver()) {
    const chance = random();
    if (chance < 0.3) await client.send();
    else if (chance < 0.88) await client.work();
    else if (chance < 0.92) await client.sweep();
    else await client.redrive();
  }
}

function clientOver({ store, agent, inboxes, prefix, random, now, record }: ClientOptions) {
  let sent = 0;
  let slowest = 0;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  const timed: Recorder = async (verb, request, run) => {
    const start = now();
    const answer = await record(verb, request, run);
    slowest = Math.max(now() - start, slowest * 0.8);
    return answer;
  };
  const long = () => Math.ceil(Math.min(LONG.to, Math.max(LONG.from, slowest * LONG.calls)));

  const claim = (leaseMs: number, id?: string) =>
    timed('claim', { agent, leaseMs, ...(id !== undefined && { id }) }, async () => answerOf(await store.claim({ agent, id, leaseMs })));
  const act = (verb: 'extend' | 'complete' | 'fail' | 'release', { id = '', token }: Answer, reject = false) => {
    const request = { agent, id, token, leaseMs: long(), error: 'It does not work.', reject };
    return timed(verb, { agent, id, token, ...(reject && { reject }) }, async () => answerOf(await store[verb](request)));
  };

  const endings: ((held: Answer) => Promise<unknown>)[] = [
    (held) => act('complete', held),
    (held) => act('complete', held),
    (held) => act('fail', held),
    (held) => act('fail', held, true),
    (held) => act('release', held),
    // By name alone, as an agent does that never looked at a token.
    ({ id }) => act('complete', { id }),
    async (held) => {
      await act('extend', held);
      await pause(random() * 40);
      await act('complete', held);
    },
    // Claims again what it holds, and uses the old token.
    async (held) => {
      const again = await claim(long(), held.id);
      await act(pick(['complete', 'extend', 'release']), held);
      if (again) await act('complete', again);
    },
  ];
  /** One after another, so that few calls show all of them. */
  let turn = Math.floor(random() * endings.length);
  const next = () => endings[turn++ % endings.length] as (held: Answer) => Promise<unknown>;
  /** What a holder does that has let its lease run out. */
  const tooLate = async (held: Answer) => {
    while (now() < (held.expires ?? 0) + random() * 100) await pause(20);
    await act(pick(['complete', 'fail', 'extend', 'release']), held);
  };

  const sendAs = async (key: string) => {
    const to = inboxes[hash(key) % inboxes.length] as string;
    await timed('send', { key, to }, async () => {
      const { message } = await store.deliver({ draft: draftOf(key, now()), recipients: [to] });
      return { id: message.id };
    });
  };

  return {
    sendAs,
    // Now and then once more with a key that was used before.
    send: () => sendAs(`${prefix}-${sent > 0 && random() < 0.1 ? Math.ceil(random() * sent) : ++sent}`),
    async work() {
      const isLate = random() < 0.3;
      const held = await claim(isLate ? pick(SHORT) : long());
      if (!held) return pause(2 + random() * 10);
      await pause(random() * 15);
      if (isLate) await tooLate(held);
      // A message that was returned is often brought to its limit.
      else if ((held.attempts ?? 0) > 1 && random() < 0.5) await act('fail', held);
      else await next()(held);
    },
    async sweep() {
      await timed('sweep', {}, async () => ({ swept: (await store.sweep()).leases.map(({ id }) => id) }));
    },
    async redrive() {
      const dead = await store.list({ sections: ['dead'] }).catch(() => []);
      const id = dead.length > 0 ? pick(dead).message.id : undefined;
      if (id !== undefined) await timed('redrive', { id }, async () => ({ id: (await store.redrive({ id }))[0]?.message.id ?? '' }));
    },
  };
}

function answerOf({ section, message: { id, delivery } }: Copy): Answer {
  return { id, section, token: delivery?.lease_token, expires: timeOf(delivery?.lease_expires_at), attempts: delivery?.attempts };
}

function draftOf(key: string, now: number): Draft {
  return {
    timestamp: new Date(now).toISOString(),
    sender: 'claude',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: `Message ${key}`,
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    idempotency_key: key,
    uid: key,
  };
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
}
