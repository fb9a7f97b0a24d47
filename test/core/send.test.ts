import { beforeEach, describe, expect, test } from 'vitest';
import { preview, send } from '../../src/core/send.ts';
import { FIELD_ORDER, type Problem } from '../../src/message/message.ts';
import { bug, everything, info, refusedWithoutEffect, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(() => {
  ctx = testContext();
});

describe('what is sent', () => {
  test('has the defaults of the design and its fields in order', async () => {
    const { message, deliveries, warnings } = await send(ctx, info());
    expect(message).toEqual({
      id: 'msg-001',
      timestamp: '2026-01-17T12:00:00.000Z',
      sender: 'claude',
      recipient: 'gpt',
      type: 'INFO',
      priority: 'medium',
      status: 'PENDING',
      subject: 'Something',
      content: { details: 'Something happened.', context: {}, attachments: [] },
      references: [],
      requires_response: false,
      uid: 'u-1',
    });
    expect(deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered' }]);
    expect(warnings).toEqual([]);
  });

  test('has every field that was given, in the order of the envelope', async () => {
    const { message } = await send(
      ctx,
      bug({
        to: ['gpt', 'gemini'],
        priority: 'high',
        requiresResponse: false,
        ttlMs: 60_000,
        notBefore: '2026-01-17T12:30:00.000Z',
        version: '1.0',
        correlationId: 'c-1',
        idempotencyKey: 'k-1',
        channel: 'general',
        expectedResponseTime: 5,
        metadata: { phase_id: 'p1' },
        attachments: ['a.png', { path: 'b.log' }],
        extra: { own_field: 1, content: { note: 'n' } },
      }),
    );
    expect(message).toMatchObject({
      priority: 'high',
      requires_response: false,
      expires_at: '2026-01-17T12:01:00.000Z',
      not_before: '2026-01-17T12:30:00.000Z',
      correlation_id: 'c-1',
      idempotency_key: 'k-1',
      metadata: { phase_id: 'p1', recipients: ['gpt', 'gemini'] },
      expected_response_time: 5,
      content: { attachments: ['a.png', { path: 'b.log' }], note: 'n' },
      own_field: 1,
    });
    const order = [...FIELD_ORDER.filter((field) => field in message), 'own_field'];
    expect(Object.keys(message)).toEqual(order);
  });

  test('extra never replaces what the envelope knows', async () => {
    const { message } = await send(ctx, info({ extra: { status: 'COMPLETED', id: 'msg-9', content: { details: 'Other.' } } }));
    expect(message).toMatchObject({ id: 'msg-001', status: 'PENDING', content: { details: 'Something happened.' } });
  });

  test.each([
    ['BUG_REPORT', true],
    ['FIX_REQUEST', true],
    ['QUESTION', true],
    ['QUERY', true],
    ['INFO', false],
    ['CODE_CHANGE', false],
  ])('a %s asks for a response by itself: %s', async (type, asks) => {
    const context = { files: ['a'], background: 'b', files_changed: ['a'], reproduction_steps: 'r', expected: 'e', actual: 'a' };
    expect((await send(ctx, info({ type, context }))).message.requires_response).toBe(asks);
  });

  test('an ACK needs no details', async () => {
    await send(ctx, info());
    const { message } = await send(ctx, { from: 'gpt', to: ['claude'], type: 'ack', subject: 'Seen', references: ['msg-001'] });
    expect(message).toMatchObject({ type: 'ACK', content: { details: 'Received: msg-001' } });
  });
});

describe('recipients', () => {
  test.each([
    ['an alias', ['codex'], ['gpt']],
    ['a name in capitals', ['GPT'], ['gpt']],
    ['the same one twice', ['gpt', 'codex', 'gemini', 'gpt'], ['gpt', 'gemini']],
    ['oneself, for a note', ['claude'], ['claude']],
    ['everybody else', 'broadcast' as const, ['gpt', 'gemini']],
  ])('%s', async (_, to, expected) => {
    const { deliveries } = await send(ctx, info({ to }));
    expect(deliveries.map(({ recipient }) => recipient)).toEqual(expected);
    expect((await everything(ctx)).map(({ inbox }) => inbox).sort()).toEqual([...expected].sort());
  });

  test('a broadcast with nobody to hear it is refused', async () => {
    ctx = testContext({ agents: ['claude'] });
    await refusedWithoutEffect(ctx, () => send(ctx, info({ to: 'broadcast' })), 'UNKNOWN_AGENT');
  });

  test('an unknown name is refused with the nearest one, for all of the recipients', async () => {
    const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ to: ['gemini', 'gtp'] })), 'UNKNOWN_AGENT');
    expect(error.hint).toContain('gpt');
  });
});

test.each([
  ['an unknown sender', info({ from: 'nobody' }), 'UNKNOWN_AGENT'],
  ['a sender that is a path', info({ from: '../gpt' }), 'INVALID_NAME'],
  ['a recipient that is a path', info({ to: ['..'] }), 'INVALID_NAME'],
  ["a name of an object's own", info({ to: ['constructor'] }), 'INVALID_NAME'],
  ['no recipient', info({ to: [] }), 'USAGE'],
  ['an unknown type', info({ type: 'BUGREPORT' }), 'UNKNOWN_TYPE'],
  ['no subject', info({ subject: '' }), 'INVALID_MESSAGE'],
  ['no details', info({ details: undefined }), 'INVALID_MESSAGE'],
  ['an INFO that asks for a response', info({ requiresResponse: true }), 'INVALID_MESSAGE'],
  ['an ACK of nothing', info({ type: 'ACK' }), 'INVALID_MESSAGE'],
  ['a time to live of nothing', info({ ttlMs: 0 }), 'USAGE'],
  ['a time to live past all time', info({ ttlMs: 1e300 }), 'USAGE'],
  ['an expiry that is no time', info({ expiresAt: 'tomorrow' }), 'INVALID_MESSAGE'],
  ['a channel outside of the grammar', info({ channel: 'No Channel' }), 'INVALID_MESSAGE'],
] as const)('%s is refused', async (_, request, code) => {
  await refusedWithoutEffect(ctx, () => send(ctx, request as Parameters<typeof send>[1]), code);
});

test('missing content is named by its path', async () => {
  const error = await refusedWithoutEffect(
    ctx,
    () => send(ctx, bug({ details: undefined, context: { expected: 'x' } })),
    'INVALID_MESSAGE',
  );
  const problems = error.details?.problems as Problem[];
  expect(problems.map(({ path }) => path).sort()).toEqual([
    '/content/context/actual',
    '/content/context/reproduction_steps',
    '/content/details',
  ]);
});

test('a message above the limit is refused with both sizes', async () => {
  ctx = testContext({ maxMessageBytes: 1_024 });
  const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ details: 'é'.repeat(600) })), 'MESSAGE_TOO_LARGE');
  expect(error.details?.bytes).toBeGreaterThan(1_200);
  expect(error.message).toContain('1024');
  expect(error.hint).toMatch(/--attach.*max_message_bytes/);
  expect((await send(ctx, info({ details: 'e'.repeat(600) }))).message.id).toBe('msg-001');
});

describe('own types', () => {
  const problems: Problem[] = [{ severity: 'error', code: 'MISSING_FIELD', path: '/content/context/topic', message: 'no topic' }];

  test('are free without a schema', async () => {
    expect((await send(ctx, info({ type: 'context.query' }))).message.type).toBe('context.query');
  });

  test('are refused by what the schema finds', async () => {
    ctx = testContext({}, { validateOwnType: async () => problems });
    const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ type: 'context.query' })), 'INVALID_MESSAGE');
    expect(error.details).toEqual({ problems });
  });

  test('a built-in type is not asked about', async () => {
    ctx = testContext({}, { validateOwnType: async () => problems });
    expect((await send(ctx, info())).message.id).toBe('msg-001');
  });
});

test('preview checks everything and delivers nothing', async () => {
  const { message, recipients } = await preview(ctx, info({ to: 'broadcast' }));
  expect(message).toMatchObject({ subject: 'Something', recipient: 'gpt' });
  expect(recipients).toEqual(['gpt', 'gemini']);
  await refusedWithoutEffect(ctx, () => preview(ctx, info({ to: ['gtp'] })), 'UNKNOWN_AGENT');
  expect(await everything(ctx)).toEqual([]);
});

test('a repeated idempotency key delivers once', async () => {
  await send(ctx, info({ idempotencyKey: 'k' }));
  const again = await send(ctx, info({ idempotencyKey: 'k', subject: 'Again' }));
  expect(again.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
  expect(await everything(ctx)).toHaveLength(1);
});

describe('attached files', () => {
  const withFiles = (copied: string[]) =>
    testContext(
      {},
      {
        attachments: {
          describe: async (path) => ({
            attachment: { path, bytes: 3 },
            ...(path.startsWith('/') ? { copy: async () => void copied.push(path) } : {}),
          }),
        },
      },
    );

  test('are described beside the attachments that were given, and copied where they lie outside', async () => {
    const copied: string[] = [];
    ctx = withFiles(copied);
    const { message } = await send(ctx, info({ attachments: ['x'], attach: ['a.log', '/tmp/b.log'] }));
    expect(message.content.attachments).toEqual(['x', { path: 'a.log', bytes: 3 }, { path: '/tmp/b.log', bytes: 3 }]);
    expect(copied).toEqual(['/tmp/b.log']);
  });

  test('nothing is copied for a message that is refused or only looked at', async () => {
    const copied: string[] = [];
    ctx = withFiles(copied);
    await refusedWithoutEffect(ctx, () => send(ctx, info({ attach: ['/tmp/b.log'], subject: '' })), 'INVALID_MESSAGE');
    await preview(ctx, info({ attach: ['/tmp/b.log'] }));
    expect(copied).toEqual([]);
  });
});
