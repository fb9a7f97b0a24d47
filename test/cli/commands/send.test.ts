import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

const HELLO = 'send --from claude --to gpt --type INFO --subject Hello --details Hi';

describe('comms send', () => {
  test('says what was sent to whom, and nothing else', async () => {
    const { comms } = testWorkspace();
    expect(await comms(`${HELLO} --priority high`)).toEqual({ exit: 0, out: 'Sent msg-001 to gpt (INFO, high).\n', err: '' });
  });

  test('prints the bare id with --quiet', async () => {
    const { comms } = testWorkspace();
    expect((await comms(`${HELLO} -q`)).out).toBe('msg-001\n');
  });

  test('answers with message and deliveries in JSON', async () => {
    const { json } = testWorkspace();
    const { ok, data } = await json(HELLO);
    expect(ok).toBe(true);
    expect(Object.keys(data)).toEqual(['message', 'deliveries']);
    expect(data.message).toMatchObject({ id: 'msg-001', sender: 'claude', recipient: 'gpt', subject: 'Hello', content: { details: 'Hi' } });
    expect(data.deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered' }]);
  });

  test.each<[option: string, field: Record<string, unknown>]>([
    ['--priority 9', { priority: 'critical' }],
    ['--context a.b=1 --context c=text', { content: { context: { a: { b: 1 }, c: 'text' } } }],
    [`--context-json '{"a":true}'`, { content: { context: { a: true } } }],
    ['--ref 7,msg-9', { references: ['msg-007', 'msg-009'] }],
    ['--ttl 2h', { expires_at: '2026-01-17T14:00:00.000Z' }],
    ['--correlation-id x1', { correlation_id: 'x1' }],
    ['--idempotency-key k1', { idempotency_key: 'k1' }],
    ['--expected-response 90m', { expected_response_time: 90 }],
    ['--metadata task_id=T1', { metadata: { task_id: 'T1' } }],
    ['--channel general', { channel: 'general' }],
  ])('puts %s into the message', async (option, field) => {
    const { json } = testWorkspace();
    expect((await json(`${HELLO} ${option}`)).data.message).toMatchObject(field);
  });

  test.each([
    ['', true],
    ['--no-requires-response', false],
  ])('asks for an answer to a QUESTION unless told otherwise: "%s"', async (option, expected) => {
    const { json } = testWorkspace();
    const { data } = await json(`send --from claude --to gpt --type question --subject S --details D --context background=B ${option}`);
    expect(data.message.requires_response).toBe(expected);
  });

  test.each([
    ['--details -', 'typed\n', 'typed'],
    ['--details-file -', 'two\nlines\n', 'two\nlines'],
    ['--details-file details.md', '', '# A title\n\nThe text'],
  ])('takes the details from %s', async (option, stdin, expected) => {
    const { json } = testWorkspace();
    const { data } = await json(`send --from claude --to gpt --type INFO --subject S ${option}`, { stdin });
    expect(data.message.content.details).toBe(expected);
  });

  test('sends to several, by name or alias', async () => {
    const { comms } = testWorkspace();
    const { out } = await comms('send --from claude --to codex,gemini --type INFO --subject S --details D');
    expect(out).toBe('Sent msg-001 to gpt, gemini (INFO, medium).\n');
  });

  test('broadcasts to everybody else', async () => {
    const { json } = testWorkspace();
    const { data } = await json('send --from gpt --broadcast --type INFO --subject S --details D');
    expect(data.deliveries.map(({ recipient }) => recipient)).toEqual(['claude', 'gemini']);
  });

  test('takes the sender from COMMS_AGENT', async () => {
    const { json } = testWorkspace();
    const { data } = await json('send --to gpt --type INFO --subject S --details D', { env: { COMMS_AGENT: 'gemini' } });
    expect(data.message.sender).toBe('gemini');
  });

  test('delivers once with an idempotency key, and says so', async () => {
    const { comms } = testWorkspace();
    await comms(`${HELLO} --idempotency-key k`);
    const { exit, out } = await comms(`${HELLO} --idempotency-key k`);
    expect({ exit, out }).toEqual({ exit: 0, out: 'Sent before as msg-001 to gpt (INFO, medium); nothing was sent again.\n' });
  });

  test('sends nothing with --dry-run', async () => {
    const { comms, json } = testWorkspace();
    const { out } = await comms(`${HELLO} --dry-run`);
    expect(out).toMatch(/^Would send to gpt:\n\n/);
    expect((await json('inbox --as gpt')).data.total).toBe(0);
  });

  test('warns of a reference that nobody knows, and sends all the same', async () => {
    const { json } = testWorkspace();
    const { ok, warnings } = await json(`${HELLO} --ref 99`);
    expect({ ok, count: warnings?.length }).toEqual({ ok: true, count: 1 });
  });
});

describe('comms send refuses', () => {
  test.each([
    ['send --from claude', 'USAGE', 2, 'comms send needs --to, --type and --subject.'],
    ['send --from claude --to gpt --type INFO', 'USAGE', 2, 'comms send needs --subject.'],
    [`${HELLO} --broadcast`, 'USAGE', 2, '--to and --broadcast exclude each other.'],
    [`${HELLO} --details-file details.md`, 'USAGE', 2, '--details and --details-file exclude each other.'],
    [`${HELLO} --as gpt`, 'USAGE', 2, '--from and --as exclude each other.'],
    [`${HELLO} --message -`, 'USAGE', 2, '--message and --to exclude each other.'],
    [`${HELLO} --priority urgent`, 'USAGE', 2, '--priority takes'],
    [`${HELLO} --ttl soon`, 'USAGE', 2, '--ttl takes a duration'],
    ['send --to gpt --type INFO --subject S --details D', 'NO_IDENTITY', 2, 'Nobody said'],
    ['send --from claude --to gtp --type INFO --subject S --details D', 'UNKNOWN_AGENT', 3, '"gtp"'],
    ['send --from claude --to ../x --type INFO --subject S --details D', 'INVALID_NAME', 6, 'path'],
    ['send --from claude --to gpt --type BUG --subject S --details D', 'UNKNOWN_TYPE', 6, '"BUG"'],
    ['send --from claude --to gpt --type INFO --subject S', 'INVALID_MESSAGE', 6, '/content/details'],
    ['send --from claude --to gpt --type INFO --subject S --details-file none.md', 'FILE_NOT_FOUND', 3, 'none.md'],
  ])('%s with %s', async (line, code, exit, message) => {
    const { json } = testWorkspace();
    const answer = await json(line);
    expect({ ok: answer.ok, code: answer.error.code, exit: answer.exit }).toEqual({ ok: false, code, exit });
    expect(answer.error.message).toContain(message);
  });

  test('what is missing with an example of what to type', async () => {
    const { comms } = testWorkspace();
    const { exit, out, err } = await comms('send --from claude --type INFO --subject S');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain('comms send needs --to.');
    expect(err).toContain('hint: For example: comms send --from claude --to gpt');
  });
});

describe('comms send --message', () => {
  const MESSAGE = { sender: 'claude', recipient: 'gpt', type: 'INFO', subject: 'Whole', content: { details: 'D', context: {} } };

  test('sends what a file holds', async () => {
    const { comms, json, root } = testWorkspace();
    writeFileSync(join(root, '..', 'message.json'), JSON.stringify(MESSAGE));
    expect((await comms('send --message message.json')).out).toBe('Sent msg-001 to gpt (INFO, medium).\n');
    expect((await json('read 1')).data.message.subject).toBe('Whole');
  });

  test('sends what stdin holds, in the dialect of the broker', async () => {
    const { json } = testWorkspace();
    const stdin = JSON.stringify({ from_agent: 'gpt', to_agent: 'claude', type: 'INFO', payload: { subject: 'S', details: 'D' } });
    expect((await json('send --message -', { stdin })).data.message).toMatchObject({ sender: 'gpt', recipient: 'claude' });
  });

  test('takes the sender from --from where the message names none', async () => {
    const { json } = testWorkspace();
    const stdin = JSON.stringify({ ...MESSAGE, sender: undefined });
    expect((await json('send --message - --from gemini', { stdin })).data.message.sender).toBe('gemini');
  });

  test('adds an idempotency key', async () => {
    const { json } = testWorkspace();
    const { data } = await json('send --message - --idempotency-key k', { stdin: JSON.stringify(MESSAGE) });
    expect(data.message.idempotency_key).toBe('k');
  });

  test.each([
    ['of another sender than --from', 'send --message - --from gpt', JSON.stringify(MESSAGE)],
    ['that is no JSON', 'send --message -', '{'],
  ])('refuses a message %s', async (_, line, stdin) => {
    const { json } = testWorkspace();
    const { exit, error } = await json(line, { stdin });
    expect({ exit, code: error.code }).toEqual({ exit: 6, code: 'INVALID_MESSAGE' });
  });
});
