import { describe, expect, test } from 'vitest';
import { inspectText } from '../../src/core/inspect.ts';
import type { InspectOptions } from '../../src/core/requests.ts';

const message = (change: Record<string, unknown> = {}) => ({
  id: 'msg-001',
  timestamp: '2026-01-17T12:00:00Z',
  sender: 'claude',
  recipient: 'gpt',
  type: 'INFO',
  priority: 'low',
  status: 'PENDING',
  subject: 'Hello',
  content: { details: 'World.', context: {}, attachments: [] },
  references: [],
  requires_response: false,
  ...change,
});

const inbox = (...blocks: string[]) =>
  ['# GPT Inbox', '', '## Active Messages', '', ...blocks.flatMap((block) => ['### Message', '', '```json', block, '```', ''])].join('\n');

/** Severity, code, line and path of each problem. */
const found = async (content: string | Uint8Array, options: InspectOptions = {}) =>
  (await inspectText(content, options)).map(({ severity, code, line, path }) =>
    [severity, code, line, path].filter((one) => one !== undefined).join(' '),
  );

describe('nothing is wrong with', () => {
  test.each([
    ['a message', JSON.stringify(message(), null, 2)],
    ['a message with a BOM', `\uFEFF${JSON.stringify(message())}`],
    ['several messages', JSON.stringify([message(), message({ id: 'msg-002' })])],
    ['JSON lines', `${JSON.stringify(message())}\n${JSON.stringify(message())}\n`],
    ['an inbox', inbox(JSON.stringify(message(), null, 2))],
    ['an empty inbox', '# Claude Inbox\n\n## Active Messages\n\n(No messages yet)\n'],
    ['a message of the broker', JSON.stringify({ from_agent: 'a', to_agent: 'b', type: 'INFO', payload: { text: 'x' }, priority: 5 })],
    ['a message of the droids', JSON.stringify({ from_droid: 'a', type: 'query', query: 'x', urgency: 'high' })],
    ['a message of an own type', JSON.stringify(message({ type: 'context.query' }))],
    [
      'a message whose text has fences',
      JSON.stringify(message({ content: { details: '# x\n```json\n', context: {}, attachments: [] } }), null, 2),
    ],
    ['a config', JSON.stringify({ version: '1.0', agents: { claude: {} } })],
  ])('%s', async (_, text) => {
    expect(await found(text)).toEqual([]);
    expect(await found(Buffer.from(text))).toEqual([]);
  });
});

test.each([
  ['nothing', '', {}, ['error EMPTY']],
  ['some words', 'hello', {}, ['error BAD_JSON 1']],
  ['broken JSON', '{\n  "id": oops\n}', {}, ['error BAD_JSON 2']],
  ['a number', '5', {}, ['error NOT_A_MESSAGE']],
  ['what is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, ['error INVALID_UTF8']],
  ['missing content', JSON.stringify(message({ type: 'QUESTION' })), {}, ['error MISSING_FIELD /content/context/background']],
  ['an unknown type', JSON.stringify(message({ type: 'HELLO' })), {}, ['error UNKNOWN_TYPE /type']],
  ['one of several', JSON.stringify([message(), message({ subject: 5 })]), {}, ['error WRONG_TYPE /1/subject']],
  [
    'a line of JSON',
    `${JSON.stringify(message())}\n\n${JSON.stringify(message({ subject: 5 }))}\n{oops`,
    {},
    ['error WRONG_TYPE 3 /subject', 'error BAD_JSON 4'],
  ],
  [
    'a config with a wrong limit',
    '{"version":"1.0","agents":{},"limits":{"lease":"soon"}}',
    { file: 'config.json' },
    ['error BAD_FORMAT /limits/lease'],
  ],
  ['a config that is not JSON', '{', { file: 'x/config.json' }, ['error INVALID_CONFIG 1']],
  ['a status of another kind', '{"last_updated":"2026-01-17T12:00:00Z"}', {}, expect.arrayContaining(['error MISSING_FIELD /agents'])],
  ['an older status', '{"gpt_status":"idle","last_updated":"2026-01-17T12:00:00Z"}', { file: 'status.json' }, ['warning OLD_STATUS']],
])('wrong with %s', async (_, text, options, expected) => {
  expect(await found(text, options)).toEqual(expected);
});

describe('an inbox', () => {
  test('tells the line of the block and the path in its JSON', async () => {
    const text = inbox(
      JSON.stringify(message(), null, 2),
      JSON.stringify(message({ id: 'msg-002', subject: 5 })),
      '{ "id": "msg-003", oops }',
    );
    expect(await found(text, { file: 'agent-comms/gpt-inbox.md' })).toEqual([
      'error WRONG_TYPE 29 /subject',
      expect.stringMatching(/^error BAD_JSON 3\d/),
    ]);
    expect((await inspectText(text, { file: 'x.md' })).map(({ file }) => file)).toEqual(['x.md', 'x.md']);
  });

  test('lets pass with a warning what people leave out, unless it is strict', async () => {
    const text = inbox(JSON.stringify(message({ references: undefined })));
    expect(await found(text)).toEqual(['warning MISSING_FIELD 7 /references']);
    expect(await found(text, { strict: true })).toEqual(['error MISSING_FIELD 7 /references']);
  });

  test('must not give an id twice', async () => {
    expect(await found(inbox(JSON.stringify(message()), JSON.stringify(message())))).toEqual(['error DUPLICATE_ID 13']);
  });

  test('may have one block that is not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(inbox(JSON.stringify(message()))),
      Buffer.from('### Message\n\n```json\n{"id":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n```\n'),
    ]);
    expect(await found(bytes)).toEqual([expect.stringContaining('INVALID_UTF8')]);
  });
});

test('a message by itself may leave to the sending what the sending gives', async () => {
  const text = JSON.stringify(message({ id: undefined, timestamp: undefined, status: undefined }));
  expect(await found(text)).toEqual(['warning MISSING_FIELD /id', 'warning MISSING_FIELD /timestamp', 'warning MISSING_FIELD /status']);
  expect(await found(inbox(text))).toEqual(['error MISSING_ID 7', 'error MISSING_FIELD 7 /timestamp', 'error MISSING_FIELD 7 /status']);
});

test('an own type is held against the schema that is given', async () => {
  const validateOwnType = async () => [{ severity: 'error' as const, code: 'MISSING_FIELD', path: '/content/context/topic', message: 'm' }];
  expect(await found(JSON.stringify(message({ type: 'context.query' })), { validateOwnType })).toEqual([
    'error MISSING_FIELD /content/context/topic',
  ]);
});
