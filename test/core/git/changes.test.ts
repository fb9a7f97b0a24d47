import { describe, expect, it, test } from 'vitest';
import { changesBetween } from '../../../src/core/git/changes.ts';
import { copiesIn } from '../../../src/core/git/copies-in.ts';
import { appendMessage, emptyInbox, parseInbox, renderInbox } from '../../../src/inbox/inbox.ts';
import {
  blocked,
  buried,
  claimed,
  completed,
  extended,
  failed,
  heldBack,
  letGo,
  redriven,
  released,
  returned,
  unblocked,
} from '../../../src/message/lifecycle.ts';
import type { Message } from '../../../src/message/message.ts';
import type { Copy, Section } from '../../../src/store/store.ts';

const NOW = Date.parse('2026-01-17T12:00:00.000Z');
const GPT = { agent: 'gpt', now: NOW };

const fresh: Message = {
  id: 'msg-012',
  timestamp: '2026-01-17T11:00:00.000Z',
  sender: 'claude',
  recipient: 'gpt',
  type: 'BUG_REPORT',
  priority: 'high',
  status: 'PENDING',
  subject: 'It breaks',
  content: { details: 'x', context: {}, attachments: [] },
  references: [],
  requires_response: true,
  uid: 'uid-12',
};
const taken = claimed(fresh, { agent: 'gpt', token: 't', now: NOW, leaseMs: 60_000 });
const done = completed(taken, GPT, 'Mended');
const stuck = blocked(taken, GPT, 'No access');
const broke = failed(taken, GPT, 'Boom', 3).message;
const dead = buried(failed(taken, GPT, 'Boom', 1).message, 'failed', NOW);
const held = heldBack(fresh, 'Looks like a secret', NOW);

const lies = (message: Message, section: Section = 'active', inbox = 'gpt'): Copy => ({ inbox, section, message });
const told = (before: Copy[], after: Copy[]) =>
  changesBetween(before, after).map(({ kind, id, agent, note }) =>
    [kind, id, agent ?? '-', ...(note === undefined ? [] : [note])].join(' '),
  );

describe('one copy', () => {
  const cases: [what: string, before: Copy | undefined, after: Copy | undefined, told: string[]][] = [
    ['nothing', lies(fresh), lies(fresh), []],
    ['sent', undefined, lies(fresh), ['sent msg-012 claude']],
    ['sent and claimed', undefined, lies(taken), ['sent msg-012 claude', 'claimed msg-012 gpt']],
    ['sent and completed', undefined, lies(done), ['sent msg-012 claude', 'completed msg-012 gpt Mended']],
    [
      'sent, completed and archived',
      undefined,
      lies(done, 'archived'),
      ['sent msg-012 claude', 'completed msg-012 gpt Mended', 'archived msg-012 -'],
    ],
    ['sent and dead', undefined, lies(dead, 'dead'), ['sent msg-012 claude', 'dead msg-012 gpt Boom']],
    ['held', undefined, lies(held, 'held'), ['held msg-012 claude Looks like a secret']],
    ['claimed', lies(fresh), lies(taken), ['claimed msg-012 gpt']],
    [
      'claimed by another',
      lies(taken),
      lies(claimed(fresh, { agent: 'g2', token: 'u', now: NOW + 1, leaseMs: 1 })),
      ['claimed msg-012 g2'],
    ],
    ['extended', lies(taken), lies(extended(taken, GPT, 120_000)), ['changed msg-012 -']],
    ['completed', lies(taken), lies(done), ['completed msg-012 gpt Mended']],
    ['completed by hand', lies(fresh), lies({ ...fresh, status: 'COMPLETED' }), ['completed msg-012 gpt']],
    ['blocked', lies(taken), lies(stuck), ['blocked msg-012 gpt No access']],
    ['blocked by hand', lies(fresh), lies({ ...fresh, status: 'BLOCKED' }), ['blocked msg-012 gpt']],
    ['unblocked', lies(stuck), lies(unblocked(stuck, GPT)), ['released msg-012 gpt']],
    ['failed', lies(taken), lies(broke), ['failed msg-012 gpt Boom']],
    ['claimed and failed', lies(fresh), lies(broke), ['failed msg-012 gpt Boom']],
    [
      'failed twice',
      lies(broke),
      lies(failed(claimed(broke, { agent: 'gpt', token: 't', now: NOW, leaseMs: 1 }), GPT, 'Boom', 3).message),
      ['failed msg-012 gpt Boom'],
    ],
    ['released', lies(taken), lies(released(taken, GPT)), ['released msg-012 gpt']],
    [
      'released, having failed before',
      lies(claimed(broke, { agent: 'gpt', token: 't', now: NOW, leaseMs: 1 })),
      lies(released(claimed(broke, { agent: 'gpt', token: 't', now: NOW, leaseMs: 9 }), GPT)),
      ['released msg-012 gpt'],
    ],
    ['the lease ran out', lies(taken), lies(returned(taken)), ['released msg-012 - The lease ran out.']],
    ['died', lies(taken), lies(dead, 'dead'), ['dead msg-012 gpt Boom']],
    ['expired', lies(fresh), lies(buried(fresh, 'expired', NOW), 'dead'), ['dead msg-012 - It was not taken in time.']],
    ['let go', lies(held, 'held'), lies(letGo(held, { by: 'claude', note: 'Fine', now: NOW })), ['released msg-012 claude Fine']],
    [
      'let go by a person, and claimed',
      lies(held, 'held'),
      lies(claimed(letGo(held, { now: NOW }), { agent: 'gpt', token: 't', now: NOW, leaseMs: 1 })),
      ['released msg-012 -', 'claimed msg-012 gpt'],
    ],
    ['rejected', lies(held, 'held'), lies(buried(held, 'rejected', NOW, 'No'), 'dead'), ['dead msg-012 - No']],
    ['redriven', lies(dead, 'dead'), lies(redriven(dead, NOW)), ['redriven msg-012 -']],
    ['redriven and completed', lies(dead, 'dead'), lies(done), ['redriven msg-012 -', 'completed msg-012 gpt Mended']],
    ['archived', lies(done), lies(done, 'archived'), ['archived msg-012 -']],
    ['completed and archived', lies(fresh), lies(done, 'archived'), ['completed msg-012 gpt Mended', 'archived msg-012 -']],
    ['back from the archive', lies(done, 'archived'), lies(done), ['changed msg-012 -']],
    ['removed', lies(fresh), undefined, ['removed msg-012 -']],
    ['edited', lies(fresh), lies({ ...fresh, priority: 'low' }), ['changed msg-012 -']],
  ];
  it.each(cases)('%s', (_, before, after, expected) => {
    expect(told(before ? [before] : [], after ? [after] : [])).toEqual(expected);
  });
});

test('another id is no other message, and the earlier one is told', () => {
  expect(changesBetween([lies(fresh)], [lies({ ...fresh, id: 'msg-099' })])).toEqual([
    expect.objectContaining({ kind: 'changed', id: 'msg-099', previousId: 'msg-012', fields: ['id'], from: 'active', to: 'active' }),
  ]);
});

test('an id that was given to another message is another message', () => {
  expect(told([lies(fresh)], [lies({ ...fresh, uid: 'other' })])).toEqual(['sent msg-012 claude', 'removed msg-012 -']);
});

test('the copies of a broadcast live on their own', () => {
  const [own, other] = [lies(fresh), lies({ ...fresh, recipient: 'gemini' }, 'active', 'gemini')];
  expect(told([own, other], [lies(done), other])).toEqual(['completed msg-012 gpt Mended']);
});

test('of two messages with one uid each is told of its own', () => {
  const copied = { ...fresh, id: 'msg-013', subject: 'Copied by hand' };
  expect(told([lies(fresh), lies(copied)], [lies(copied), lies(done)])).toEqual(['completed msg-012 gpt Mended']);
  expect(told([lies(fresh), lies(copied)], [lies(copied)])).toEqual(['removed msg-012 -']);
});

test('a change says what it is about', () => {
  expect(changesBetween([], [lies(fresh)])).toEqual([
    {
      kind: 'sent',
      id: 'msg-012',
      uid: 'uid-12',
      inbox: 'gpt',
      type: 'BUG_REPORT',
      sender: 'claude',
      agent: 'claude',
      at: fresh.timestamp,
      to: 'active',
    },
  ]);
});

describe('copies in the bytes of a file', () => {
  const bytes = (...messages: Message[]) =>
    renderInbox(messages.reduce((doc, message) => appendMessage(doc, message, 'active'), parseInbox(Buffer.from(emptyInbox('gpt')))));
  it.each([
    ['gpt-inbox.md', 'gpt', 'active'],
    ['archive/gpt-inbox-2026-01.md', 'gpt', 'archived'],
    ['dead-letters.md', 'gpt', 'dead'],
    ['held.md', 'gpt', 'held'],
  ])('%s', (file, inbox, section) => {
    expect(copiesIn(file, bytes(fresh))).toEqual([{ inbox, section, file, message: expect.objectContaining({ uid: 'uid-12' }) }]);
  });

  it('a broken block is left out, and other files hold none', () => {
    expect(copiesIn('gpt-inbox.md', Buffer.from('### Message: msg-001\n\n```json\n{"id": \n```\n'))).toEqual([]);
    expect(copiesIn('protocol.md', bytes(fresh))).toEqual([]);
  });
});
