import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeMessage } from '../../src/message/complete.ts';
import { normalise } from '../../src/message/dialects.ts';
import { validateMessage } from '../../src/message/validate.ts';
import { anyJson, fixture, fixturesIn, info } from './fixtures.ts';
import { thrownBy } from './thrown.ts';

const TO_COME = { id: 'msg-001', timestamp: '2026-01-17T12:00:00Z' };

test.each(fixturesIn('dialects'))('%s comes out valid', (path) => {
  const { dialect, message, recipients } = normalise(fixture(path));
  expect(path).toContain(dialect);
  const [recipient = 'gpt'] = Array.isArray(recipients) ? recipients : [];
  expect(validateMessage(completeMessage({ ...TO_COME, ...message, recipient }))).toEqual([]);
});

const read = (name: string) => normalise(fixture(`dialects/${name}.json`));

describe('the broker', () => {
  test('a query to one agent', () => {
    expect(read('broker-query')).toEqual({
      dialect: 'broker',
      recipients: ['context-manager'],
      message: {
        id: '0b0c8a6e-5a0e-4d3f-8f4e-8f0a5a3d9c02',
        type: 'context.query',
        version: '1.0',
        timestamp: '2026-01-17T12:00:00.123456Z',
        channel: 'general',
        correlation_id: '7f9c24e5-2f6b-4f7e-9a53-1f0a8f6f2b11',
        sender: 'frontend-dev-01',
        recipient: 'context-manager',
        priority: 'medium',
        subject: 'Need UI architecture',
        content: { details: 'Need UI architecture', context: { query: 'Need UI architecture' }, attachments: [] },
      },
    });
  });

  test('a message to a channel names no recipient and no null', () => {
    const { message, recipients } = read('broker-ping');
    expect(recipients).toBeUndefined();
    expect(message).toMatchObject({ subject: 'hello', channel: 'general' });
    expect(Object.values(message)).not.toContain(null);
    expect(message).not.toHaveProperty('recipient');
  });

  test('a payload without text has its type for a subject', () => {
    expect(read('broker-response').message).toMatchObject({
      subject: 'context.query.response',
      content: { details: 'context.query.response', context: { context: { ui_arch: 'React' } } },
    });
  });

  test("a row of the broker's table brings its state along", () => {
    const { message } = read('broker-row-failed');
    expect(message).toMatchObject({
      priority: 'critical',
      status: 'PENDING',
      expires_at: '2026-01-17T13:00:00.123456Z',
      content: { context: { query: 'Need UI architecture' } },
      delivery: { attempts: 2, last_error: 'no such component', claimed_at: '2026-01-17T12:05:00Z' },
    });
    expect(Object.keys(message)).not.toEqual(expect.arrayContaining(['delivery_count']));
  });

  test.each([
    [{ details: 'a', message: 'b' }, 'a'],
    [{ message: 'b', query: 'c' }, 'b'],
    [{ query: 'c', text: 'd' }, 'c'],
    [{ text: 'd', summary: 'e' }, 'd'],
    [{ summary: 'e', details: ' ' }, 'e'],
    [{ details: 7 }, 'test.ping'],
    ['just text', 'just text'],
    [undefined, 'test.ping'],
  ])('the text of the payload %j is %s', (payload, details) => {
    expect(normalise({ from_agent: 'a', type: 'test.ping', payload }).message.content).toMatchObject({ details });
  });

  test('what is wrong stays, to be refused', () => {
    const { message } = normalise({ ...fixture('dialects/broker-query.json'), version: '2.0', priority: 11, payload: [1] });
    const problems = validateMessage(completeMessageKeeping(message));
    expect(problems.map(({ path }) => path)).toEqual(expect.arrayContaining(['/version', '/priority', '/content/context']));
  });
});

/** Completed, but with what it said itself where that is wrong. */
function completeMessageKeeping(message: Record<string, unknown>): Record<string, unknown> {
  return { ...completeMessage(message), ...message };
}

describe('droids', () => {
  test('a query', () => {
    expect(read('droid-query')).toEqual({
      dialect: 'droid',
      recipients: ['backend-architect'],
      message: {
        type: 'QUERY',
        sender: 'frontend-developer',
        recipient: 'backend-architect',
        priority: 'high',
        subject: 'What data structure should I expect for user profile API response?',
        content: {
          details: 'What data structure should I expect for user profile API response?',
          context: { current_component: 'UserProfile.tsx', implementing_feature: 'user_profile_display' },
          attachments: [],
        },
      },
    });
  });

  test('the correlation id of the metadata becomes the message’s', () => {
    expect(read('droid-query-with-metadata').message).toMatchObject({
      correlation_id: 'corr-1',
      expected_response_time: 15,
      metadata: { phase_id: 'phase-1.5', task_id: 'task-7' },
    });
    expect(normalise({ from_droid: 'a', type: 'query', metadata: { correlation_id: 'c' } }).message).not.toHaveProperty('metadata');
  });

  test('a response in words', () => {
    expect(read('droid-response').message).toMatchObject({
      type: 'RESPONSE',
      correlation_id: 'corr-1',
      content: { details: 'User object includes avatar_url, avatar_size, avatar_type', context: { action_required: false } },
      metadata: { response_time: 2, confidence: 0.9 },
    });
  });

  test('a response that is an object', () => {
    expect(read('droid-response-object').message).toMatchObject({
      subject: 'RESPONSE',
      content: { details: 'RESPONSE', context: { avatar_metadata: 'JSON field', action_required: true } },
    });
  });

  test('coordination without a recipient is for everybody', () => {
    const { message, recipients } = read('droid-coordination-broadcast');
    expect(recipients).toBe('broadcast');
    expect(message).not.toHaveProperty('recipient');
    expect(message).toMatchObject({
      type: 'COORDINATION',
      priority: 'high',
      subject: 'Database query taking 3s, need caching strategy',
      content: { context: { coordination_type: 'recommendation', timeline: '2 min', requirements: ['database-admin'] } },
    });
  });

  test('a discovery is for those who are interested', () => {
    const { message, recipients } = read('droid-discovery');
    expect(recipients).toEqual(['security-auditor', 'backend-typescript-architect']);
    expect(message.content).toMatchObject({
      details: 'Found SQL injection in /api/auth/login',
      context: { discovery_type: 'api_endpoint', discovered: 'Found SQL injection in /api/auth/login', location: '/api/auth/login' },
    });
  });

  test.each<[Record<string, unknown>, unknown]>([
    [{}, 'broadcast'],
    [{ to_droid: null }, 'broadcast'],
    [{ to_droid: 'a' }, ['a']],
    [{ broadcast_to: ['a'] }, ['a']],
    [{ broadcast_to: [] }, []],
    [{ broadcast_to: 'a' }, ['a']],
    [{ to_droid: 'a', broadcast_to: ['b', 'a', 7] }, ['a', 'b']],
  ])('%j is for %j', (fields, expected) => {
    expect(normalise({ from_droid: 'x', type: 'query', ...fields }).recipients).toEqual(expected);
  });

  test('a long text makes a subject of one line and 80 characters', () => {
    const { message } = normalise({ from_droid: 'a', type: 'query', query: `\n${'long '.repeat(50)}\nsecond line` });
    expect(message.subject).toMatch(/^long .*…$/);
    expect(message.subject).toHaveLength(80);
  });

  test('a query that is neither text nor object is kept', () => {
    expect(normalise({ from_droid: 'a', type: 'query', query: ['a', 'b'], context: 'c' }).message.content).toMatchObject({
      context: { query: ['a', 'b'], context: 'c' },
    });
  });
});

describe('our own dialect', () => {
  test('is taken as it is', () => {
    const message = info({ priority: 'HIGH', payload: { a: 1 }, query: 'x' });
    expect(normalise(message)).toEqual({ dialect: 'native', message, recipients: ['gpt'] });
  });

  test.each<[unknown, unknown, unknown]>([
    [['gpt', 'gemini'], ['gpt', 'gemini'], undefined],
    [['gpt'], ['gpt'], 'gpt'],
    ['broadcast', 'broadcast', undefined],
    ['all', 'broadcast', undefined],
    [undefined, undefined, undefined],
    [7, undefined, 7],
  ])('recipient %j', (recipient, recipients, left) => {
    const read = normalise(info({ recipient }));
    expect(read.recipients).toEqual(recipients);
    expect(read.message.recipient).toEqual(left);
  });
});

test.each([null, undefined, 'text', 7, true, [{}]])('%j is no message', (json) => {
  expect(thrownBy(() => normalise(json)).code).toBe('INVALID_MESSAGE');
});

test('any object is read, and stays as it was', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const given = Object(json);
      fc.pre(!Array.isArray(given));
      const before = JSON.stringify(given);
      expect(() => completeMessage(normalise(given).message)).not.toThrow();
      expect(JSON.stringify(given)).toBe(before);
    }),
  );
});
