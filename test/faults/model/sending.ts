import fc from 'fast-check';
import type { Draft, HolderRequest } from '../../../src/store/store.ts';
import { command, holder, holderOf, inNamesOf, type Plan, type Real } from './commands.ts';
import { EVERYTHING, modelCopies, plainCopies } from './compare.ts';
import type { Model } from './model.ts';
import { RULES, type Sent } from './shapes.ts';
import { AGENTS } from './subject.ts';

export type AnyCommand = fc.Arbitrary<fc.AsyncCommand<Model, Real>>;
export const HOUR = 3_600_000;
export const agent = fc.constantFrom(...AGENTS.slice(0, 3));
/** Or undefined, one time in so many. */
export const maybe = <T>(value: fc.Arbitrary<T>, nil = 3) => fc.option(value, { nil: undefined, freq: nil });

const recipients = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string[][]>(['gpt'], ['gemini'], ['claude'], ['reviewers'], ['reviewers']) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<string[][]>(['gpt', 'gemini'], ['claude', 'gpt', 'gemini'], ['gpt', 'reviewers'], ['codex', 'gpt']),
  },
  { weight: 1, arbitrary: fc.constantFrom<string[][]>(['codex'], ['nobody'], ['gpt', 'nobody']) },
);
const sent = fc.record({
  sender: fc.constantFrom(...AGENTS),
  recipients,
  type: fc.constantFrom('INFO', 'QUERY'),
  priority: fc.constantFrom('low', 'medium', 'high', 'critical'),
  wantsAnswer: fc.boolean(),
  thread: maybe(fc.constantFrom('thread-1', 'thread-2')),
  ttlMs: fc.constantFrom(undefined, undefined, undefined, 1000, 30_000, RULES.leaseMs, 2 * HOUR),
  agoMs: fc.constantFrom(0, 0, 1, HOUR),
  isBounce: fc.nat(7).map((n) => n === 0),
  delayMs: fc.constantFrom(undefined, undefined, undefined, undefined, 1000),
});
export const keys = fc.constantFrom('key-1', 'key-2', 'key-3');

/** A message that is sent, held or sent again. */
export function deliver(name: string, more: fc.Arbitrary<{ key?: string; hold?: string }>): AnyCommand {
  return command(name, fc.tuple(sent, more), (model, [basic, { key, hold }]) => delivery(model, { ...basic, key, hold }));
}

/** A message that finishes the one that it answers. */
export const answer: AnyCommand = command(
  'answer',
  fc.record({ by: holder, sent, key: maybe(keys, 1) }),
  (model, { by, sent: basic, key }) => {
    const completes = holderOf(model, by, 'IN_PROGRESS', 'PENDING');
    return completes && delivery(model, { ...basic, key, completes, sender: completes.agent });
  },
);

function delivery(model: Model, sent: Sent): Plan | undefined {
  if (model.forgotten.has(`${sent.sender} ${sent.key}`)) return undefined;
  return {
    model: () => model.deliver(sent),
    store: async (store, { names }) => {
      const completes: HolderRequest | undefined = sent.completes && inNamesOf(sent.completes, names);
      const request = {
        draft: draftIn(model, sent),
        recipients: sent.recipients,
        ...(completes && { completes }),
        ...(sent.hold && { hold: sent.hold }),
      };
      const { message, deliveries } = await store.deliver(request);
      const outcomes = Object.fromEntries(deliveries.map(({ recipient, outcome }) => [recipient, outcome]));
      return { id: names.modelId(message.id), outcomes };
    },
    ...(sent.completes && { takesMs: 1 }),
  };
}

function draftIn(model: Model, { sender, type, priority, wantsAnswer, key, thread, ttlMs, delayMs, agoMs, isBounce }: Sent): Draft {
  return {
    timestamp: model.iso(-(agoMs ?? 0)),
    sender,
    type,
    priority: priority as Draft['priority'],
    status: 'PENDING',
    subject: 'Something',
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: wantsAnswer,
    uid: `sent-${model.step}`,
    ...(key !== undefined && { idempotency_key: key }),
    ...(thread !== undefined && { correlation_id: thread }),
    ...(ttlMs !== undefined && { expires_at: model.iso(ttlMs) }),
    ...(delayMs !== undefined && { not_before: model.iso(delayMs) }),
    ...(isBounce && { metadata: { bounce: true } }),
  };
}

const lease = fc.constantFrom(undefined, undefined, 1000, 10_000, 10 * RULES.leaseMs);

export const claimNext = command(
  'claim the next',
  fc.record({ agent, type: maybe(fc.constant('QUERY'), 1), leaseMs: lease }),
  (model, args) => {
    const { type, leaseMs } = args;
    if (model.isOpenWhichIsNext(args.agent, type)) return undefined;
    return claiming(model, {
      agent: args.agent,
      ...(type !== undefined && { type, filter: (message: { type: string }) => message.type === type }),
      ...(leaseMs !== undefined && { leaseMs }),
    });
  },
);

export const claimById = command('claim', fc.record({ by: holder, leaseMs: lease }), (model, { by, leaseMs }) => {
  const meant = holderOf(model, by, 'PENDING', 'IN_PROGRESS');
  return meant && claiming(model, { agent: meant.agent, id: meant.id, ...(leaseMs !== undefined && { leaseMs }) });
});

function claiming(model: Model, request: Parameters<Model['claim']>[0] & { filter?: (message: { type: string }) => boolean }): Plan {
  return {
    model: () => modelCopies(model, [model.claim(request)]),
    store: async (store, { names }) => {
      const { type: _, id, ...rest } = request;
      const copy = await store.claim({ ...rest, ...(id !== undefined && { id: names.id(id) }) });
      names.learnToken(`token-${model.tokens}`, copy.message.delivery?.lease_token);
      // It may be a bounce that came to be in this very step.
      names.learnIds(await store.list({ sections: EVERYTHING }));
      return plainCopies([copy], names);
    },
  };
}
