import { describe, expect, test } from 'vitest';
import { renumber } from '../../../src/core/transfer/renumber.ts';
import { completeMessage } from '../../../src/message/complete.ts';
import type { Message } from '../../../src/message/message.ts';
import type { Copy } from '../../../src/store/store.ts';

function copy(id: string, change: Partial<Message> = {}, inbox = 'gpt'): Copy {
  const message = completeMessage({
    id,
    sender: 'claude',
    recipient: inbox,
    type: 'INFO',
    subject: id,
    timestamp: '2026-01-17T12:00:00Z',
    uid: `u-${id}`,
    ...change,
  });
  return { inbox, section: 'active', message };
}

function counting(from: number): () => string {
  let next = from;
  return () => `msg-${String(next++).padStart(3, '0')}`;
}

const shown = ({ message: { id, references } }: Copy) => [id, ...references].join(' ');

describe('renumber', () => {
  test('leaves ids alone that nobody has, and skips what is there', () => {
    const outcome = renumber([copy('msg-001'), copy('msg-002')], [copy('msg-001')], counting(9));
    expect(outcome).toEqual({ copies: [copy('msg-002')], skipped: 1, renumbered: [] });
  });

  test('gives a fresh id where another message has it, and the references among the incoming follow', () => {
    const there = [copy('msg-001', { uid: 'other' })];
    const incoming = [
      copy('msg-001', { correlation_id: 'msg-001' }),
      copy('msg-002', { references: ['msg-001', 'msg-077'], correlation_id: 'msg-001' }),
    ];
    const { copies, renumbered } = renumber(incoming, there, counting(9));
    expect(copies.map(shown)).toEqual(['msg-009', 'msg-002 msg-009 msg-077']);
    expect(copies.map(({ message }) => message.correlation_id)).toEqual(['msg-009', 'msg-009']);
    expect(copies[0]?.message.metadata).toEqual({ original_id: 'msg-001' });
    expect(copies[1]?.message.metadata).toBeUndefined();
    expect(renumbered).toEqual([{ from: 'msg-001', to: 'msg-009' }]);
  });

  test('the copies of one message keep one id between them', () => {
    const incoming = [copy('msg-001', {}, 'gpt'), copy('msg-001', {}, 'claude')];
    const { copies } = renumber(incoming, [copy('msg-001', { uid: 'other' }, 'gemini')], counting(9));
    expect(copies.map(({ inbox, message }) => `${inbox} ${message.id}`)).toEqual(['gpt msg-009', 'claude msg-009']);
  });

  test('a second import knows what the first one renumbered, hand-written messages too', () => {
    const there = [copy('msg-001', { uid: 'other' })];
    const incoming = [copy('msg-001', { uid: undefined }), copy('msg-002', { uid: undefined, references: ['msg-001'] })];
    const first = renumber(incoming, there, counting(9));
    expect(first.copies.map(shown)).toEqual(['msg-009', 'msg-002 msg-009']);
    const second = renumber(incoming, [...there, ...first.copies], counting(20));
    expect(second).toEqual({ copies: [], skipped: 2, renumbered: [] });
  });

  test('a second import that had been cut off goes on under the same ids', () => {
    const there = [copy('msg-001', { uid: 'other' })];
    const incoming = [copy('msg-001', {}, 'gpt'), copy('msg-001', {}, 'claude'), copy('msg-002', { references: ['msg-001'] })];
    const first = renumber(incoming, there, counting(9));
    const second = renumber(incoming, [...there, ...first.copies.slice(0, 1)], counting(20));
    expect(second.copies.map(shown)).toEqual(['msg-009', 'msg-002 msg-009']);
    expect(second.renumbered).toEqual([]);
  });

  test('of two incoming messages with one id the first keeps it', () => {
    const { copies } = renumber([copy('msg-001'), copy('msg-001', { uid: 'second' })], [], counting(9));
    expect(copies.map(({ message }) => `${message.id} ${message.uid}`)).toEqual(['msg-001 u-msg-001', 'msg-009 second']);
  });

  test('a message without an id gets one, and nobody is said to have had it', () => {
    const { copies, renumbered } = renumber([copy('', { uid: 'nameless' })], [], counting(9));
    expect(copies[0]?.message).toMatchObject({ id: 'msg-009', uid: 'nameless' });
    expect(copies[0]?.message.metadata).toBeUndefined();
    expect(renumbered).toEqual([{ from: '', to: 'msg-009' }]);
  });

  test('what a reply wrote into the message that it finished follows, an earlier original id is kept', () => {
    const there = [copy('msg-002', { uid: 'other' })];
    const incoming = [
      copy('msg-001', { delivery: { attempts: 1, result: 'Answered by msg-002' } }),
      copy('msg-002', { metadata: { original_id: 'theirs', note: 'x' } }),
    ];
    const { copies } = renumber(incoming, there, counting(9));
    expect(copies[0]?.message.delivery?.result).toBe('Answered by msg-009');
    expect(copies[1]?.message.metadata).toEqual({ original_id: 'msg-002', earlier_original_id: 'theirs', note: 'x' });
  });
});
