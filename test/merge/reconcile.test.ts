import { expect, test } from 'vitest';
import { type Located, planReconciliation } from '../../src/merge/reconcile.ts';
import type { Message } from '../../src/message/message.ts';
import { numbered } from './files.ts';

const at = (section: Located['section'], message: Message, file = `${section}.md`): Located => ({
  inbox: message.recipient,
  section,
  message,
  file,
});

function plan(copies: Located[], byHand = true) {
  let last = 100;
  const freshId = () => {
    last += 1;
    return `msg-${last}`;
  };
  return planReconciliation(copies, { freshId, byHand });
}

/** The copies as they are afterwards. */
function after(copies: Located[], options: ReturnType<typeof plan>): Located[] {
  const gone = new Set(options.doubles.map((double) => double.gone));
  const changed = new Map(options.changes.map(({ copy, message }) => [copy, message]));
  return copies.filter((copy) => !gone.has(copy)).map((copy) => ({ ...copy, message: changed.get(copy) ?? copy.message }));
}

const done = { status: 'COMPLETED' as const };

test.each([
  ['dead', 'active', numbered(1, { status: 'IN_PROGRESS' }), 'dead'],
  ['dead', 'active', numbered(1, done), 'active'],
  ['active', 'archived', numbered(1, done), 'archived'],
  ['held', 'active', numbered(1), 'active'],
  ['held', 'dead', numbered(1), 'dead'],
] as const)('of %s and %s the further one stays', (one, other, message, stays) => {
  const copies = [at(one, one === 'dead' ? numbered(1) : message), at(other, message)];
  for (const order of [copies, [...copies].reverse()]) {
    expect(plan(order).doubles.map(({ kept }) => kept.section)).toEqual([stays]);
    expect(plan(after(order, plan(order)))).toEqual({ doubles: [], changes: [], renumbered: [] });
  }
});

test('copies for several recipients, and a block that was copied and changed, are no doubles', () => {
  const other = { ...numbered(1), content: { details: 'Another.', context: {}, attachments: [] }, id: 'msg-002' };
  expect(plan([at('active', numbered(1)), at('active', numbered(1, { recipient: 'gemini' }), 'other.md'), at('active', other)])).toEqual({
    doubles: [],
    changes: [],
    renumbered: [],
  });
});

const first = numbered(1);
const second = numbered(2, { id: 'msg-001', subject: 'The other' });
const answer = (n: number, to: Message, more: Partial<Message> = {}) =>
  numbered(n, {
    sender: to.recipient,
    recipient: to.sender,
    subject: `Re: ${to.subject}`,
    references: [to.id],
    correlation_id: to.id,
    ...more,
  });

test('of two messages with one id the first keeps it; what refers to the other follows, in any order', () => {
  const finished = { ...second, ...done, delivery: { result: 'Answered by msg-011', completed_at: numbered(11).timestamp } };
  const copies = [at('active', first), at('active', finished), at('active', answer(10, first)), at('active', answer(11, second))];
  for (const order of [copies, [...copies].reverse()]) {
    const settled = plan(order);
    expect(settled.renumbered.map(({ message, id }) => [message.uid, id])).toEqual([['uid-2', 'msg-101']]);
    const byUid = new Map(after(order, settled).map(({ message }) => [message.uid, message]));
    expect(byUid.get('uid-1')).toEqual(first);
    expect(byUid.get('uid-2')).toMatchObject({
      id: 'msg-101',
      metadata: { former_ids: [{ id: 'msg-001', until: numbered(11).timestamp }] },
    });
    expect(byUid.get('uid-10')).toMatchObject({ references: ['msg-001'], correlation_id: 'msg-001' });
    expect(byUid.get('uid-11')).toMatchObject({ references: ['msg-101'], correlation_id: 'msg-101' });
    expect(plan(after(order, settled))).toEqual({ doubles: [], changes: [], renumbered: [] });
  }
});

test('"Answered by" follows an answer that got another id', () => {
  const asked = (n: number) =>
    numbered(n, { ...done, delivery: { result: 'Answered by msg-009', completed_at: numbered(n + 10).timestamp } });
  const [one, other] = [asked(1), asked(2)];
  const copies = [
    at('active', one),
    at('active', other),
    at('active', { ...answer(11, one), id: 'msg-009' }),
    at('active', { ...answer(12, other), id: 'msg-009' }),
  ];
  const results = after(copies, plan(copies)).map(({ message }) => message.delivery?.result);
  expect(results.slice(0, 2)).toEqual(['Answered by msg-009', 'Answered by msg-101']);
});

test('all copies of a broadcast get one id', () => {
  const copies = [at('active', first), at('active', second), at('active', { ...second, recipient: 'gemini' }, 'gemini.md')];
  expect(after(copies, plan(copies)).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-101', 'msg-101']);
});

test('copies of one message with two ids, as half a renumbering leaves them, get the one that is free', () => {
  const copies = [at('active', first), at('active', second), at('active', { ...second, id: 'msg-007', recipient: 'gemini' }, 'gemini.md')];
  expect(after(copies, plan(copies)).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-007', 'msg-007']);
});

test('what comes later from a branch that knew the old id follows, too; who writes after that means the other one', () => {
  const renamed = { ...second, id: 'msg-101', metadata: { former_ids: [{ id: 'msg-001', until: numbered(20).timestamp }] } };
  const copies = [
    at('active', first),
    at('active', renamed),
    at('active', answer(15, second)),
    at('active', answer(25, first, { subject: 'Hm' })),
  ];
  expect(after(copies, plan(copies)).map(({ message }) => message.references)).toEqual([[], [], ['msg-101'], ['msg-001']]);
});

test('what was written by hand gives way, keeps what it is known by, and is left alone where nobody knows of a merge', () => {
  const { uid: _, ...byHand } = numbered(0, { id: 'msg-001', references: ['msg-001'], subject: 'Re: The other' });
  const late = { ...byHand, timestamp: numbered(30).timestamp, id: 'msg-050' };
  const copies = [at('active', byHand), at('active', first)];
  expect(plan(copies).renumbered.map(({ message }) => message.subject)).toEqual(['Re: The other']);
  expect(plan(copies, false).renumbered).toEqual([]);
  const followed = [at('active', first), at('active', second), at('active', late)];
  const changed = after(followed, plan(followed))[2]?.message;
  expect(changed).toMatchObject({ references: ['msg-101'], uid: expect.stringMatching(/^h-/) });
  expect(plan(after(followed, plan(followed)))).toEqual({ doubles: [], changes: [], renumbered: [] });
});
