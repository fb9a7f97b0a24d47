import fc from 'fast-check';
import { CommsError } from '../../../src/errors.ts';
import type { Draft } from '../../../src/store/store.ts';
import type { OpenedStore } from './stores.ts';

/** One thing that somebody does in a workspace; what is not possible at the time does nothing. */
export type Act =
  | {
      act: 'send';
      to: readonly string[];
      key: string | undefined;
      hold: string | undefined;
      ttlMs: number | undefined;
      extra: Record<string, unknown>;
      subject: string;
    }
  | { act: 'claim'; agent: string }
  | { act: 'complete' | 'release' | 'fail' | 'reject' | 'block' | 'unblock' | 'extend'; agent: string; nth: number }
  | { act: 'archive'; rotate: boolean }
  | { act: 'redrive' | 'purge' | 'let go' | 'turn down'; nth: number }
  | { act: 'sweep' }
  | { act: 'wait'; ms: number }
  | { act: 'subscribe' | 'unsubscribe'; agent: string; channel: string }
  | { act: 'heartbeat' | 'presence'; agent: string; task: string | null };

const AGENTS = ['claude', 'gpt', 'gemini'];
const agent = fc.constantFrom(...AGENTS);
const nth = fc.nat(20);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('```json\n{"id": "msg-1"}\n```', '## Archived Messages', '### Message: msg-001', '\u2028\u0000', '  '),
);
const recipients: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.constantFrom(...AGENTS, 'reviewers').map((to) => [to]),
  fc.constant(AGENTS),
  fc.constant(['reviewers', 'claude']),
);

export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('send' as const),
      to: recipients,
      key: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined }),
      hold: fc.option(fc.constantFrom('Why.', '```'), { nil: undefined, freq: 2 }),
      ttlMs: fc.option(fc.constantFrom(1_000, 100_000), { nil: undefined }),
      extra: fc.dictionary(fc.constantFrom('own', 'note', 'weird-field'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 }),
      subject: text,
    }),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('claim' as const), agent }) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constantFrom(
        'complete' as const,
        'release' as const,
        'fail' as const,
        'reject' as const,
        'block' as const,
        'unblock' as const,
      ),
      agent,
      nth,
    }),
  },
  fc.record({ act: fc.constant('extend' as const), agent, nth }),
  fc.record({ act: fc.constant('archive' as const), rotate: fc.boolean() }),
  fc.record({ act: fc.constantFrom('redrive' as const, 'purge' as const, 'let go' as const, 'turn down' as const), nth }),
  fc.record({ act: fc.constant('sweep' as const) }),
  fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 61_000) }),
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom('subscribe' as const, 'unsubscribe' as const),
      agent,
      channel: fc.constantFrom('general', 'alerts', 'builds'),
    }),
  },
  fc.record({ act: fc.constantFrom('heartbeat' as const, 'presence' as const), agent, task: fc.option(text) }),
);

/** Does what happened, one after another. */
export async function live(opened: OpenedStore, acts: readonly Act[]): Promise<void> {
  for (const one of acts) {
    await perform(opened, one).catch((error: unknown) => {
      if (!(error instanceof CommsError)) throw error;
    });
  }
}

async function perform({ store, clock }: OpenedStore, one: Act): Promise<unknown> {
  switch (one.act) {
    case 'send':
      return store.deliver({
        draft: draftOf(one, clock.clock()),
        recipients: [...one.to],
        ...(one.hold !== undefined && { hold: one.hold }),
      });
    case 'claim':
      return store.claim({ agent: one.agent });
    case 'archive':
      return store.archive({ rotate: one.rotate });
    case 'sweep':
      return store.sweep();
    case 'wait':
      return clock.set(clock.clock() + one.ms);
    case 'subscribe':
    case 'unsubscribe':
      return store[one.act](one.channel, one.agent);
    case 'heartbeat':
      return store.heartbeat(one.agent, { status: 'working', currentTask: one.task });
    case 'presence':
      return store.setPresence(one.agent, { status: 'reviewing', currentTask: one.task });
    case 'redrive':
      return store.redrive({ id: idOf(one.nth) });
    case 'let go':
      return store.releaseHeld({ id: idOf(one.nth), by: 'gemini' });
    case 'turn down':
      return store.rejectHeld({ id: idOf(one.nth), reason: 'No.' });
    case 'purge':
      return store.purge({ section: 'dead', id: idOf(one.nth) });
    case 'fail':
      return store.fail({ agent: one.agent, id: idOf(one.nth), error: 'It broke.' });
    case 'reject':
      return store.fail({ agent: one.agent, id: idOf(one.nth), error: 'No.', reject: true });
    case 'block':
      return store.block({ agent: one.agent, id: idOf(one.nth), reason: 'Waits for a decision' });
    default:
      return store[one.act]({ agent: one.agent, id: idOf(one.nth) });
  }
}

function idOf(nth: number): string {
  return `msg-${String(nth + 1).padStart(3, '0')}`;
}

let drafts = 0;

function draftOf({ key, ttlMs, extra, subject }: Extract<Act, { act: 'send' }>, now: number): Draft {
  return {
    ...extra,
    timestamp: new Date(now).toISOString(),
    sender: 'claude',
    type: 'QUESTION',
    priority: 'medium',
    status: 'PENDING',
    subject: `About ${subject}`,
    content: { details: subject, context: { question: subject, background: 'x' }, attachments: [] },
    references: [],
    requires_response: true,
    uid: `draft-${++drafts}`,
    ...(key === undefined ? {} : { idempotency_key: key }),
    ...(ttlMs === undefined ? {} : { expires_at: new Date(now + ttlMs).toISOString() }),
  };
}
