import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../../src/message/message.ts';
import { comms } from '../../cli/harness.ts';
import { git, temporaryDirectory } from '../../workspace/temporary.ts';

const START = '2026-01-17T12:00:00Z';

/** A repository with a workspace of claude, gpt and gemini in it, made by `comms init`. */
export async function repository({ committed = false, name = '' } = {}): Promise<{ top: string; root: string; run: Run }> {
  const top = join(temporaryDirectory(), name);
  mkdirSync(top, { recursive: true });
  git(top, 'init', '-q');
  const run = runner(top);
  await run(['init', '--agents', 'claude,gpt,gemini']);
  if (committed) {
    git(top, 'add', '-A');
    git(top, 'commit', '-q', '-m', 'begin');
  }
  return { top, root: join(top, 'agent-comms'), run };
}

export type Run = (
  argv: string[],
  options?: { stdin?: string; tty?: boolean },
) => Promise<{ exit: number; stdout: string; stderr: string }>;

export function runner(cwd: string): Run {
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@example.org',
  };
  const identity = { GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.org' };
  return (argv, options = {}) => comms(argv, { cwd, env: { ...env, ...identity }, ...options });
}

/** A message as somebody could put it into a file, with `text` in every field that takes one. */
export function hostileMessage(text: string, change: Record<string, unknown> = {}): Message {
  const message = {
    id: 'msg-001',
    timestamp: START,
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: text,
    content: {
      details: text,
      context: { [text]: text, list: [text, { [text]: text }], deep: { [text]: { [text]: text } } },
      attachments: [text, { path: text, bytes: 1, sha256: text }],
    },
    references: [text],
    requires_response: false,
    channel: text,
    correlation_id: text,
    idempotency_key: text,
    metadata: { [text]: text, task_id: text, phase_id: text },
    delivery: { attempts: 1, last_error: text, result: text, dead_reason: text, held_reason: text, released_by: text, released_at: text },
    [text]: text,
    ...change,
  };
  return message as unknown as Message;
}

/** An inbox file with these messages. */
export function inboxOf(messages: readonly object[], heading = '## Active Messages'): string {
  const blocks = messages.map((message) => `### Message: ${idOf(message)}\n\n\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\`\n`);
  return `# Inbox\n\n${heading}\n\n${blocks.join('\n')}\n## Archived Messages\n`;
}

function idOf(message: object): string {
  return 'id' in message ? String(message.id).replace(/[\n\r\u2028\u2029\u0085]/g, ' ') : '';
}

/** A workspace in a repository whose every file says `text` wherever a text may stand. */
export async function hostileWorkspace(text: string): Promise<{ top: string; root: string; run: Run }> {
  const made = await repository({ committed: true, name: printable(text).replaceAll('/', ' ').slice(0, 60) });
  const { root, top } = made;
  const of = (n: number, change: Record<string, unknown> = {}) => hostileMessage(text, { id: `msg-00${n}`, ...change });
  write(
    root,
    'gpt-inbox.md',
    inboxOf([
      of(1),
      of(2, { status: 'IN_PROGRESS', delivery: { attempts: 1, claimed_by: text, lease_token: text, lease_expires_at: text } }),
      of(3, { status: 'BLOCKED', delivery: { last_error: text } }),
      of(4, { type: 'QUESTION', requires_response: true, expected_response_time: 1, timestamp: '2020-01-17T12:00:00Z' }),
      of(5, { id: text, sender: text, recipient: text, type: text, priority: text, status: text, timestamp: text }),
    ]),
  );
  write(
    root,
    'claude-inbox.md',
    inboxOf([of(6, { recipient: 'claude', sender: 'gpt' })]) +
      inboxOf([of(7, { recipient: 'claude', sender: 'gpt', status: 'COMPLETED' })], '').replace(/^# Inbox\n/, ''),
  );
  write(root, 'dead-letters.md', inboxOf([of(8), of(9)]));
  write(root, 'held.md', inboxOf([hostileMessage(text, { id: 'msg-010' }), hostileMessage(text, { id: 'msg-011' })]));
  mkdirSync(join(root, 'archive'), { recursive: true });
  write(root, 'archive/gpt-inbox-2026-01.md', inboxOf([hostileMessage(text, { id: 'msg-012', status: 'COMPLETED' })]));
  const id = text.slice(0, 100);
  writeJson(root, 'plan.json', {
    phases: [
      { id: 'one', name: text, agents: ['claude', 'gpt'], status: 'active', started_at: START },
      { id, name: text, agents: [text] },
    ],
    tasks: [
      { id: 'api', title: text, description: text, owner: 'gpt', phase: 'one', files: ['src/**'], depends_on: [id] },
      { id, title: text, owner: text, phase: id, files: ['docs/**'] },
    ],
    decisions: [{ id, decision: text, rejected: [text] }],
    [text]: text,
  });
  const until = '2099-01-01T00:00:00Z';
  writeJson(root, 'reservations.json', {
    reservations: [
      { path: 'src/**', agent: 'gpt', task: text, reserved_at: START, expires_at: until },
      { path: `src/${text}`, agent: 'claude', task: text, reserved_at: START, expires_at: until },
      { path: text, agent: text, [text]: text },
    ],
  });
  writeJson(root, 'channels.json', { version: '1.0', channels: { ops: { claude: START }, [text]: { gpt: START, [text]: text } } });
  writeJson(root, 'status.json', {
    last_updated: text,
    last_message_id: text,
    agents: { gpt: { status: text, current_task: text }, [text]: { status: text } },
    [text]: text,
  });
  writeJson(root, 'config.json', {
    version: '1.0',
    agents: { claude: { description: text, [text]: text }, gpt: {}, gemini: {} },
    groups: { team: { members: ['claude', 'gpt'], description: text } },
    [text]: text,
  });
  // A name that is nothing but control characters git refuses.
  const name = `a${printable(text)}a`;
  git(
    top,
    '-c',
    `user.name=${name}`,
    'commit',
    '-q',
    '-a',
    '--allow-empty-message',
    '-m',
    printable(text),
    '--author',
    `${name} <a@example.org>`,
  );
  return made;
}

/** Git takes no NUL in an argument, and no newline in a name. */
function printable(text: string): string {
  return text.replaceAll('\0', '').replace(/[\n\r<>]/g, ' ') || 'x';
}

function write(root: string, name: string, text: string): void {
  writeFileSync(join(root, name), text);
}

function writeJson(root: string, name: string, value: unknown): void {
  write(root, name, `${JSON.stringify(value, null, 2)}\n`);
}
