import { describe, expect, test } from 'vitest';
import { messageId, timeLeft, withMessageId } from '../../src/cli/holder.ts';
import { CommsError } from '../../src/errors.ts';

describe('messageId', () => {
  test.each([
    ['7', 'msg-007'],
    ['#7', 'msg-007'],
    ['msg-7', 'msg-007'],
    ['msg7', 'msg-007'],
    ['MSG-007', 'msg-007'],
    [' 007 ', 'msg-007'],
    ['1000', 'msg-1000'],
    ['msg-XXX', 'msg-XXX'],
    ['bug-7', 'bug-7'],
    ['', ''],
  ])('reads "%s" as "%s"', (given, id) => {
    expect(messageId(given)).toBe(id);
  });
});

describe('withMessageId', () => {
  const known = (there: string) => async (id: string) => {
    if (id === there) return id;
    throw new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} here.`);
  };

  test('takes our form of the id first', async () => {
    expect(await withMessageId('7', known('msg-007'))).toBe('msg-007');
  });

  test('tries the id as it was given where ours is not there', async () => {
    expect(await withMessageId('msg-7', known('msg-7'))).toBe('msg-7');
  });

  test('names our form where neither is there', async () => {
    await expect(withMessageId('7', known('other'))).rejects.toThrow('There is no message msg-007 here.');
  });

  test('tries nothing again after another error', async () => {
    const tried: string[] = [];
    const refused = withMessageId('7', async (id) => {
      tried.push(id);
      throw new CommsError('LEASE_LOST', 'Gone.');
    });
    await expect(refused).rejects.toThrow('Gone.');
    expect(tried).toEqual(['msg-007']);
  });
});

test.each([
  ['2026-01-17T12:30:00.000Z', '30m'],
  ['2026-01-17T12:00:00.500Z', '1s'],
  ['2026-01-17T11:00:00.000Z', '0s'],
  [undefined, '0s'],
])('timeLeft until %s is %s', (iso, expected) => {
  expect(timeLeft(iso, Date.parse('2026-01-17T12:00:00.000Z'))).toBe(expected);
});
