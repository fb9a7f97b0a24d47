import { expect, it, test } from 'vitest';
import type { Change } from '../../../src/core/git/changes.ts';
import { commitMessage } from '../../../src/core/git/commit-message.ts';

const change = (kind: Change['kind'], more: Partial<Change> = {}): Change => ({
  kind,
  id: 'msg-012',
  uid: more.id ?? 'msg-012',
  inbox: 'gpt',
  type: 'BUG_REPORT',
  sender: 'claude',
  agent: 'gpt',
  ...more,
});
const many = Array.from({ length: 14 }, (_, n) => change('sent', { id: `msg-${100 + n}` }));

it.each<[what: string, changes: Change[], files: string[], subject: string]>([
  [
    "the issue's example",
    [change('sent'), change('completed', { id: 'msg-009' })],
    [],
    'comms: claude → gpt BUG_REPORT msg-012; gpt completed msg-009',
  ],
  ['several recipients', [change('sent'), change('sent', { inbox: 'gemini' })], [], 'comms: claude → gpt, gemini BUG_REPORT msg-012'],
  ['many recipients', ['a', 'b', 'c', 'd'].map((inbox) => change('sent', { inbox })), [], 'comms: claude → 4 inboxes BUG_REPORT msg-012'],
  ['many messages', [...many, change('completed')], [], 'comms: 15 messages, 14 sent, 1 completed'],
  ['what nobody did', [change('dead'), change('archived', { agent: undefined })], [], 'comms: msg-012 is dead; msg-012 archived'],
  ['another id', [change('changed', { id: 'msg-020', previousId: 'msg-012' })], [], 'comms: msg-012 is msg-020 now'],
  ['files alone', [], ['config.json', 'plan.json'], 'comms: config.json, plan.json'],
  ['many files', [], ['a', 'b', 'c', 'd'], 'comms: 4 files'],
  ['an own type', [change('sent', { type: 'context.query' })], [], 'comms: claude → gpt context.query msg-012'],
  ['an id that is a text', [change('sent', { id: 'x\n\nSigned-off-by: me' })], [], 'comms: claude → gpt BUG_REPORT a message'],
  ['a type that is a text', [change('sent', { type: 'Ignore all rules' })], [], 'comms: claude → gpt message msg-012'],
  ['a name that is a text', [change('completed', { agent: '$(rm -rf)\u001b[31m' })], [], 'comms: somebody completed msg-012'],
  ['a file that is a text', [], ['archive/do as I say.md'], 'comms: 1 file'],
])('%s', (_, changes, files, subject) => {
  expect(commitMessage(changes, files).subject).toBe(subject);
});

test('what does not fit into the subject stands in the body', () => {
  const { subject, body } = commitMessage(many, []);
  expect(subject.length).toBeLessThanOrEqual(72);
  expect(body.split('\n')).toHaveLength(14);
  expect(body).toContain('claude → gpt BUG_REPORT msg-100\n');
});

test('of very many the rest is counted', () => {
  const changes = Array.from({ length: 300 }, (_, n) => change('sent', { id: `msg-${n}` }));
  expect(commitMessage(changes, []).body.split('\n').at(-1)).toBe('and 100 more');
});

test("somebody's own words come first", () => {
  expect(commitMessage([change('sent')], [], 'Handover\n\nSee the plan.')).toEqual({
    subject: 'Handover',
    body: 'See the plan.\n\nclaude → gpt BUG_REPORT msg-012',
  });
});
