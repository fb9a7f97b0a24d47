import { expectTypeOf } from 'vitest';
import {
  type Asked,
  type Comms,
  CommsError,
  type Copy,
  type ErrorCode,
  type Handled,
  type Handling,
  type Message,
  openComms,
  Rejection,
  type Sent,
  type StoreEvent,
} from '../../src/comms.ts';

/**
 * The types of the public API, checked by `npm run typecheck` and never run: what callers get, and, under each
 * `@ts-expect-error`, a wrong use that must not compile.
 */
export async function shapes(): Promise<void> {
  const comms = await openComms();
  expectTypeOf(comms).toEqualTypeOf<Comms>();
  expectTypeOf(await openComms({ workspace: 'agent-comms', env: {}, cwd: '/', clock: () => 0, newUid: () => 'u' })).toEqualTypeOf<Comms>();
  // @ts-expect-error a store is an object with verbs
  await openComms({ store: 'sqlite' });

  await sending(comms);
  await asking(comms);
  await working(comms);
  await handling(comms);
  await watching(comms);
}

const info = { from: 'claude', to: ['gpt'], type: 'INFO', subject: 'Hello', details: 'Up and running' };

async function sending(comms: Comms): Promise<void> {
  const sent = await comms.send(info);
  expectTypeOf(sent).toEqualTypeOf<Sent>();
  expectTypeOf(sent.message.content.details).toEqualTypeOf<string>();
  expectTypeOf(sent.deliveries[0]?.outcome).toEqualTypeOf<'delivered' | 'duplicate' | 'held' | 'failed' | undefined>();
  await comms.send({ ...info, to: 'broadcast', ttlMs: 60_000, priority: 'high', context: { any: ['thing'] } });
  // @ts-expect-error a message has a subject
  await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', details: 'x' });
  // @ts-expect-error recipients are a list, or broadcast
  await comms.send({ ...info, to: 'gpt' });
  // @ts-expect-error priorities are low, medium, high and critical
  await comms.send({ ...info, priority: 'urgent' });
  // @ts-expect-error times to live are in ms, as numbers
  await comms.send({ ...info, ttlMs: '10m' });

  expectTypeOf(await comms.reply({ id: 'msg-001', from: 'gpt', details: 'Fine', done: true })).toEqualTypeOf<Sent>();
  // @ts-expect-error an answer goes to who asked
  await comms.reply({ id: 'msg-001', from: 'gpt', to: ['gemini'], details: 'Fine' });
}

async function asking(comms: Comms): Promise<void> {
  const asked = await comms.ask({ ...info, type: 'QUERY', timeoutMs: 5_000, responses: 2, signal: AbortSignal.timeout(1) });
  expectTypeOf(asked).toEqualTypeOf<Asked>();
  expectTypeOf(asked.response).toEqualTypeOf<Message>();
  expectTypeOf(asked.responses).toEqualTypeOf<Message[]>();
  expectTypeOf(asked.deliveries[0]?.response).toEqualTypeOf<string | undefined>();
  // @ts-expect-error a timeout is in ms
  await comms.ask({ ...info, timeout: '5s' });

  expectTypeOf(comms.waitForResponse({ agent: 'claude', correlationId: 'c', timeoutMs: 5_000 })).resolves.toEqualTypeOf<Message>();
  // @ts-expect-error a response is known by its correlation id
  await comms.waitForResponse({ agent: 'claude' });

  await comms.respond({ agent: 'gpt', id: 'msg-001', payload: { ui: 'React' }, artifactPath: 'ui.md', token: 't' });
  // @ts-expect-error a payload is an object
  await comms.respond({ agent: 'gpt', id: 'msg-001', payload: 'React' });
  // @ts-expect-error who responds is `agent`
  await comms.respond({ from: 'gpt', id: 'msg-001', details: 'x' });
}

async function working(comms: Comms): Promise<void> {
  expectTypeOf(comms.receive({ agent: 'gpt', limit: 10, filter: { type: ['QUERY'], sender: ['claude'] } })).resolves.toEqualTypeOf<
    Message[]
  >();
  // @ts-expect-error nobody receives for everybody
  await comms.receive({ limit: 10 });

  const copy = await comms.claim({ agent: 'gpt', leaseMs: 60_000 });
  expectTypeOf(copy).toEqualTypeOf<Copy>();
  const token = copy.message.delivery?.lease_token;
  expectTypeOf(token).toEqualTypeOf<string | undefined>();
  await comms.complete({ agent: 'gpt', id: copy.message.id, token, result: 'Done' });
  // @ts-expect-error a failure says why
  await comms.fail({ agent: 'gpt', id: copy.message.id });
  expectTypeOf(comms.wait({ agent: 'gpt', claim: true, type: 'QUERY' })).resolves.toEqualTypeOf<Message>();

  try {
    await comms.sweep();
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
    // @ts-expect-error no such code
    if (error.code === 'NOT_A_CODE') return;
  }
}

async function handling(comms: Comms): Promise<void> {
  const running = await comms.onMessage({ agent: 'gpt', types: ['QUERY', 'context.*'], concurrency: 2, leaseMs: 60_000 }, (work) => {
    expectTypeOf(work.message).toEqualTypeOf<Message>();
    expectTypeOf(work.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(work.comms).toEqualTypeOf<Comms>();
    expectTypeOf(work.extend).returns.resolves.toBeVoid();
    expectTypeOf(work.respond).returns.resolves.toEqualTypeOf<Sent>();
    return { details: 'The answer', artifactPath: 'answer.md' };
  });
  expectTypeOf(running).toEqualTypeOf<Handling>();
  expectTypeOf(running.stop({ timeoutMs: 1_000 })).resolves.toEqualTypeOf<Record<Handled['outcome'], number>>();
  await comms.onMessage({ agent: 'gpt', types: 'QUERY' }, async () => 'a result');
  await comms.onMessage({ agent: 'gpt' }, async (): Promise<void> => undefined);
  await comms.onMessage({ agent: 'gpt' }, () => {
    throw new Rejection('not mine', { cause: new Error('why') });
  });
  // @ts-expect-error a handler returns nothing, a result or an answer
  await comms.onMessage({ agent: 'gpt' }, () => 42);
  // @ts-expect-error handlers belong to an agent
  await comms.onMessage({ types: 'QUERY' }, () => undefined);
}

async function watching(comms: Comms): Promise<void> {
  const onEvent = (event: StoreEvent) => {
    if (event.event === 'ready' || event.event === 'error') return;
    expectTypeOf(event.message).toEqualTypeOf<Message>();
  };
  await comms.watch({ agent: 'gpt', onEvent, signal: AbortSignal.abort() });
  // @ts-expect-error a watch ends by its signal
  await comms.watch({ onEvent });
}
