import { describe, expect, test } from 'vitest';
import { permissionsRule } from '../../../src/orchestrator/rules/permissions.ts';
import type { CheckContext } from '../../../src/orchestrator/verdict.ts';
import { aMessage, checkContext } from '../context.ts';

const codes = (change: Partial<CheckContext>, config: object) => permissionsRule(checkContext(change, config)).map(({ code }) => code);
const only = (change: Partial<CheckContext>, config: object) => {
  const findings = permissionsRule(checkContext(change, config));
  expect(findings).toHaveLength(1);
  return findings[0];
};
const of = (entry: object) => ({ permissions: { claude: entry } });

test('a plain workspace allows everything', () => {
  for (const type of ['INFO', 'BUG_REPORT', 'COORDINATION', 'context.query'])
    for (const mode of ['direct', 'broadcast'] as const)
      expect(codes({ mode, message: aMessage({ type, priority: 'critical' }) }, {})).toEqual([]);
});

describe('communication.enabled', () => {
  test.each([[{}], [{ enabled: true }]])('%j allows', (communication) => expect(codes({}, { communication })).toEqual([]));
  test('false refuses, whoever it is', () => {
    expect(only({}, { communication: { enabled: false, orchestrators: ['claude'] } })).toEqual({
      outcome: 'refuse',
      code: 'COMMUNICATION_DISABLED',
      reason: 'Messages between agents are switched off in this workspace.',
      hint: 'Set communication.enabled in config.json to true, or take it out.',
    });
  });
});

describe('allowed_senders and allowed_receivers of the workspace', () => {
  test.each([
    [{ allowed_senders: ['claude'] }, []],
    [{ allowed_senders: ['*'] }, []],
    [{ allowed_senders: ['gpt'] }, ['SENDER_NOT_ALLOWED']],
    [{ allowed_senders: [] }, ['SENDER_NOT_ALLOWED']],
    [{ allowed_receivers: ['gpt'] }, []],
    [{ allowed_receivers: ['codex'] }, []],
    [{ allowed_receivers: ['gemini'] }, ['RECIPIENT_NOT_ALLOWED']],
    [{ allowed_receivers: [] }, ['RECIPIENT_NOT_ALLOWED']],
  ])('%j', (communication, expected) => expect(codes({}, { communication })).toEqual(expected));

  test('say the way out', () => {
    expect(only({}, { communication: { allowed_senders: ['gpt'] } })).toMatchObject({
      reason: 'claude may send no messages here.',
      hint: 'Add "claude" to communication.allowed_senders in config.json.',
    });
    expect(only({}, { communication: { allowed_receivers: ['gemini'] } })).toMatchObject({
      reason: 'Nobody may write to gpt here.',
      hint: 'Write to somebody else, or add gpt to communication.allowed_receivers in config.json.',
    });
  });
});

describe('can_send_to', () => {
  const groups = { reviewers: { members: ['gpt', 'gemini'] }, own: { members: ['claude', 'gpt'] }, nobody: { members: [] } };
  test.each<[string[] | undefined, string[], string[]]>([
    [undefined, ['gpt'], []],
    [['*'], ['gpt', 'gemini'], []],
    [['gpt'], ['gpt'], []],
    [['codex'], ['gpt'], []],
    [['GPT'], ['gpt'], []],
    [['gemini'], ['gpt'], ['RECIPIENT_NOT_ALLOWED']],
    [['gpt'], ['gpt', 'gemini'], ['RECIPIENT_NOT_ALLOWED']],
    [[], ['gpt'], ['RECIPIENT_NOT_ALLOWED']],
    [[], ['claude'], []],
    [['reviewers'], ['reviewers'], []],
    [['gpt', 'gemini'], ['reviewers'], []],
    [['gpt'], ['reviewers'], ['RECIPIENT_NOT_ALLOWED']],
    [['reviewers'], ['gpt'], ['RECIPIENT_NOT_ALLOWED']],
    [['gpt'], ['own'], []],
    [['gpt'], ['nobody'], ['RECIPIENT_NOT_ALLOWED']],
  ])('%j, to %j: %j', (can_send_to, recipients, expected) => {
    expect(codes({ recipients }, { groups, ...of({ ...(can_send_to && { can_send_to }) }) })).toEqual(expected);
  });

  test('says whom, and the way out', () => {
    expect(only({ recipients: ['gpt', 'gemini'] }, of({ can_send_to: ['gpt'] }))).toEqual({
      outcome: 'refuse',
      code: 'RECIPIENT_NOT_ALLOWED',
      reason: 'claude may not write to gemini.',
      hint: 'Write to gpt, or add gemini to can_send_to in the permissions of claude in config.json.',
      details: { recipients: ['gemini'], can_send_to: ['gpt'] },
    });
  });

  test('is of its agent only', () => {
    expect(codes({ sender: 'gemini' }, of({ can_send_to: [] }))).toEqual([]);
  });
});

describe('can_broadcast', () => {
  const everybody = { mode: 'broadcast' as const, recipients: ['gpt', 'gemini'] };
  test.each<[object, string[]]>([
    [{}, []],
    [{ can_broadcast: true }, []],
    [{ can_broadcast: false }, ['BROADCAST_NOT_ALLOWED']],
    [{ can_send_to: ['*'] }, []],
    // Who may not write to all would else do so by a broadcast.
    [{ can_send_to: ['gpt'] }, ['BROADCAST_NOT_ALLOWED']],
    [{ can_send_to: ['gpt'], can_broadcast: true }, []],
  ])('%j: %j', (entry, expected) => expect(codes(everybody, of(entry))).toEqual(expected));

  test('says the way out', () => {
    expect(only(everybody, of({ can_broadcast: false }))).toMatchObject({
      reason: 'claude may not broadcast.',
      hint: 'Name the recipients with --to, or set can_broadcast in the permissions of claude in config.json.',
    });
  });

  test('matters to no other message', () => expect(codes({}, of({ can_broadcast: false }))).toEqual([]));
});

describe('allowed_senders of a recipient', () => {
  const gpt = (allowed_senders: string[]) => ({ permissions: { gpt: { allowed_senders } } });
  test('holds for what a group of it gets, too', () => {
    const config = { ...gpt(['gemini']), groups: { reviewers: { members: ['gpt', 'gemini'] } } };
    expect(only({ recipients: ['reviewers'] }, config)).toMatchObject({
      code: 'SENDER_NOT_ALLOWED',
      reason: 'gpt takes no messages from claude.',
      details: { recipients: ['gpt'] },
    });
    expect(codes({ sender: 'gemini', recipients: ['reviewers'] }, config)).toEqual([]);
  });
  test.each<[string[], string[]]>([
    [['claude'], []],
    [['*'], []],
    [['gemini'], ['SENDER_NOT_ALLOWED']],
    [[], ['SENDER_NOT_ALLOWED']],
  ])('%j: %j', (allowed, expected) => expect(codes({}, gpt(allowed))).toEqual(expected));

  test('holds for a broadcast, too', () => {
    expect(only({ mode: 'broadcast', recipients: ['gpt', 'gemini'] }, gpt(['gemini']))).toMatchObject({
      code: 'SENDER_NOT_ALLOWED',
      reason: 'gpt takes no messages from claude.',
      hint: 'Write to somebody else, or add "claude" to allowed_senders in the permissions of gpt in config.json.',
    });
  });
});

describe('max_urgency', () => {
  test.each([
    ['low', 'low', []],
    ['low', 'medium', ['URGENCY_NOT_ALLOWED']],
    ['high', 'high', []],
    ['high', 'critical', ['URGENCY_NOT_ALLOWED']],
    ['critical', 'critical', []],
  ] as const)('%s, priority %s: %j', (max_urgency, priority, expected) => {
    expect(codes({ message: aMessage({ priority }) }, of({ max_urgency }))).toEqual(expected);
  });

  test('says the way out', () => {
    expect(only({ message: aMessage({ priority: 'critical' }) }, of({ max_urgency: 'high' }))).toMatchObject({
      reason: 'claude may send nothing more urgent than high, and this is critical.',
      hint: 'Send it with --priority high, or raise max_urgency in the permissions of claude in config.json.',
    });
  });
});

describe('allowed_types', () => {
  test.each<[string[], string, string[]]>([
    [['query'], 'QUERY', []],
    [['bug-report', 'INFO'], 'BUG_REPORT', []],
    [['query'], 'INFO', ['TYPE_NOT_ALLOWED']],
    [['*'], 'INFO', []],
    [['context.query'], 'context.query', []],
    [[], 'INFO', ['TYPE_NOT_ALLOWED']],
    [[], 'ACK', []],
  ])('%j, of %s: %j', (allowed_types, type, expected) => {
    expect(codes({ message: aMessage({ type }) }, of({ allowed_types }))).toEqual(expected);
  });

  test('says the way out', () => {
    expect(only({}, of({ allowed_types: ['query', 'response'] }))).toMatchObject({
      reason: 'claude may not send messages of type INFO.',
      hint: 'Send one of QUERY and RESPONSE, or add it to allowed_types in the permissions of claude in config.json.',
    });
  });
});

test('droid_permissions are permissions, and both may stand side by side', () => {
  const config = { permissions: { gemini: { can_broadcast: false } }, droid_permissions: { claude: { can_send_to: ['gemini'] } } };
  expect(codes({}, config)).toEqual(['RECIPIENT_NOT_ALLOWED']);
  expect(codes({ sender: 'gemini', mode: 'broadcast', recipients: ['gpt'] }, config)).toEqual(['BROADCAST_NOT_ALLOWED']);
});
