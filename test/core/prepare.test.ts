import { beforeEach, describe, expect, test } from 'vitest';
import { fromJson } from '../../src/core/prepare.ts';
import { send } from '../../src/core/send.ts';
import { info, refusal, refusedWithoutEffect, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(() => {
  ctx = testContext();
});

const native = (change: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: 'msg-077',
    timestamp: '2020-01-01T00:00:00Z',
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'low',
    status: 'PENDING',
    subject: 'Hello',
    content: { details: 'World.', context: { a: 1 }, attachments: [] },
    references: [],
    requires_response: false,
    ...change,
  });

const sendJson = async (text: string, from?: string) => {
  const { request, warnings } = fromJson(ctx, text, { from });
  return { ...(await send(ctx, request)), warnings };
};

test('what a message says is kept; id and time are given anew', async () => {
  const { message, warnings } = await sendJson(
    native({ own: { x: 1 }, content: { details: 'World.', extra: 2 }, channel: null }),
    'claude',
  );
  expect(message).toMatchObject({
    id: 'msg-001',
    timestamp: '2026-01-17T12:00:00.000Z',
    priority: 'low',
    own: { x: 1 },
    content: { details: 'World.', context: {}, attachments: [], extra: 2 },
    metadata: { original_id: 'msg-077' },
  });
  expect(message).not.toHaveProperty('channel');
  expect(warnings).toEqual([]);
});

test('an id that only stands for one is not kept', async () => {
  expect((await sendJson(native({ id: 'msg-XXX' }))).message).not.toHaveProperty('metadata');
});

test('status and delivery are left behind with a warning', async () => {
  const { message, warnings } = await sendJson(native({ status: 'COMPLETED', delivery: { attempts: 2 } }));
  expect(message.status).toBe('PENDING');
  expect(message).not.toHaveProperty('delivery');
  expect(warnings).toEqual([expect.stringContaining('COMPLETED'), expect.stringContaining('delivery')]);
});

test('every optional field of the envelope goes along', async () => {
  const fields = {
    version: '1.0',
    channel: 'general',
    correlation_id: 'c',
    idempotency_key: 'k',
    expires_at: '2026-02-01T00:00:00Z',
    not_before: '2026-01-18T00:00:00Z',
    metadata: { task_id: 't' },
    expected_response_time: 3,
  };
  const { message } = await sendJson(native({ ...fields, priority: 9, id: undefined }));
  expect(message).toMatchObject({ ...fields, priority: 'critical' });
});

test('a broker message', async () => {
  const { message } = await sendJson(
    JSON.stringify({ from_agent: 'gpt', to_agent: 'claude', type: 'INFO', payload: { text: 'Hi', n: 1 }, priority: 8 }),
  );
  expect(message).toMatchObject({ sender: 'gpt', recipient: 'claude', priority: 'high', content: { details: 'Hi', context: { n: 1 } } });
});

test('a droid message without a recipient is for everybody', async () => {
  const { deliveries } = await sendJson(JSON.stringify({ from_droid: 'gpt', type: 'query', query: 'Who?', urgency: 'high' }));
  expect(deliveries.map(({ recipient }) => recipient)).toEqual(['claude', 'gemini']);
});

test.each(['broadcast', 'all'])('the recipient "%s" is everybody but the sender', async (recipient) => {
  expect((await sendJson(native({ recipient }))).deliveries).toHaveLength(2);
});

describe('the sender', () => {
  test('may be left to --from, and be an alias', async () => {
    expect((await sendJson(native({ sender: undefined }), 'gpt')).message.sender).toBe('gpt');
    expect((await sendJson(native({ sender: 'codex' }), 'gpt')).message.sender).toBe('gpt');
  });

  test('must be who sends', async () => {
    const error = await refusedWithoutEffect(ctx, () => sendJson(native(), 'gpt'), 'INVALID_MESSAGE');
    expect(error.details).toMatchObject({ problems: [{ path: '/sender' }] });
  });
});

test.each([
  ['no sender', { sender: undefined }, 'INVALID_MESSAGE'],
  ['a sender of another kind', { sender: 5 }, 'INVALID_MESSAGE'],
  ['an unknown sender', { sender: 'nobody' }, 'UNKNOWN_AGENT'],
  ['no recipient', { recipient: undefined }, 'INVALID_MESSAGE'],
  ['a recipient of another kind', { recipient: 5 }, 'INVALID_MESSAGE'],
  ['an unknown recipient', { recipient: 'gtp' }, 'UNKNOWN_AGENT'],
  ['no type', { type: undefined }, 'INVALID_MESSAGE'],
  ['a type of another kind', { type: 7 }, 'INVALID_MESSAGE'],
  ['an unknown type', { type: 'HELLO' }, 'UNKNOWN_TYPE'],
  ['no subject', { subject: undefined }, 'INVALID_MESSAGE'],
  ['a subject of another kind', { subject: 5 }, 'INVALID_MESSAGE'],
  ['no content', { content: undefined }, 'INVALID_MESSAGE'],
  ['content of another kind', { content: 'text' }, 'INVALID_MESSAGE'],
  ['details of another kind', { content: { details: {} } }, 'INVALID_MESSAGE'],
  ['a context of another kind', { content: { details: 'd', context: 'c' } }, 'INVALID_MESSAGE'],
  ['attachments of another kind', { content: { details: 'd', attachments: 'a' } }, 'INVALID_MESSAGE'],
  ['references of another kind', { references: 'msg-001' }, 'INVALID_MESSAGE'],
  ['references to no ids', { references: [1] }, 'INVALID_MESSAGE'],
  ['metadata of another kind', { metadata: 'm' }, 'INVALID_MESSAGE'],
  ['a version to come', { version: '2.0' }, 'INVALID_MESSAGE'],
  ['a priority past the scale', { priority: 11 }, 'INVALID_MESSAGE'],
  ['a wish for a response of another kind', { requires_response: 'yes' }, 'INVALID_MESSAGE'],
] as const)('%s is refused', async (_, change, code) => {
  await refusedWithoutEffect(ctx, () => sendJson(native(change)), code);
});

test.each(['', 'null', '[]', '5', '"x"'])('%j is no message', async (text) => {
  await refusal(() => fromJson(ctx, text), 'INVALID_MESSAGE');
});

test('broken JSON is refused with line and column', async () => {
  const error = await refusal(() => fromJson(ctx, '\uFEFF{\n  "sender": "claude",\n  oops\n}'), 'INVALID_MESSAGE');
  expect(error.details).toEqual({ line: 3, column: 3 });
});

test('members named like those of every object stay plain data', async () => {
  const { message } = await sendJson(native().replace('{', '{"__proto__":{"polluted":true},'));
  expect(Object.hasOwn(message, '__proto__')).toBe(true);
  expect(info()).not.toHaveProperty('polluted');
});
