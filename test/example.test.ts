import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inspectText } from '../src/comms.ts';
import { blocksOf, parseInbox } from '../src/inbox/inbox.ts';
import { planInit } from '../src/workspace/scaffold.ts';
import { comms } from './cli/watch-harness.ts';
import { temporaryDirectory } from './workspace/temporary.ts';

/** agent-comms.example/ is what a reader looks at first, so it has to be true. Always worked on as a copy. */

const EXAMPLE = fileURLToPath(new URL('../agent-comms.example', import.meta.url));
const FILES = readdirSync(EXAMPLE).filter((name) => name.endsWith('-inbox.md') || name === 'dead-letters.md');

function copyOfExample(): string {
  const project = temporaryDirectory();
  // Where `init` found the test command.
  writeFileSync(join(project, 'package.json'), '{"scripts":{"test":"vitest run"}}');
  const root = join(project, 'agent-comms');
  cpSync(EXAMPLE, root, { recursive: true, filter: (path) => !path.endsWith('.state') });
  return root;
}

const messages = FILES.flatMap((file) => blocksOf(parseInbox(readFileSync(join(EXAMPLE, file)))).map((block) => ({ file, ...block })));

test('doctor and validate find nothing, on a fresh clone', async () => {
  const root = copyOfExample();
  expect(existsSync(join(root, '.state'))).toBe(false);
  expect(await comms(root, ['doctor'])).toEqual({ exit: 0, out: 'No problems.\n', err: '' });
  expect((await comms(root, ['validate', '--strict'])).out).toBe('No problems.\n');
});

test('every message would be sent as it is', async () => {
  expect(messages.length).toBeGreaterThan(10);
  for (const { message } of messages) expect(await inspectText(JSON.stringify(message), { strict: true })).toEqual([]);
});

test('it shows types, states and places of many kinds', () => {
  const seen = (field: string) => new Set(messages.map(({ message }) => String(message?.[field])));
  expect(seen('type').size).toBeGreaterThanOrEqual(10);
  expect([...seen('status')].sort()).toEqual(['BLOCKED', 'COMPLETED', 'IN_PROGRESS', 'PENDING']);
  expect(new Set(messages.map(({ section }) => section))).toEqual(new Set(['active', 'archived']));
  expect(new Set(messages.map(({ file }) => file))).toEqual(new Set(FILES));
  expect(FILES).toContain('dead-letters.md');
});

test('inbox, thread, track, search and status tell of it', async () => {
  const root = copyOfExample();
  const json = async (...argv: string[]) => JSON.parse((await comms(root, [...argv, '--json'])).out).data;
  const ids = ({ messages: list }: { messages: { id: string }[] }) => list.map(({ id }) => id);
  expect(ids(await json('inbox', '--as', 'gpt', '--sort', 'oldest'))).toEqual(['msg-005', 'msg-007', 'msg-009', 'msg-010']);
  expect(ids(await json('thread', 'msg-001'))).toEqual(['msg-001', 'msg-002', 'msg-003', 'msg-004']);
  expect((await json('track', 'msg-013')).deliveries).toMatchObject([{ recipient: 'gemini', outcome: 'failed', reason: 'failed' }]);
  expect(ids(await json('search', 'overview')).length).toBeGreaterThan(2);
  expect(await json('status')).toMatchObject({ last_message_id: 'msg-013', in_progress_items: ['msg-008'], blocked_items: ['msg-009'] });
});

test('the next message gets the next id', async () => {
  const root = copyOfExample();
  const argv = ['send', '--from', 'claude', '--to', 'codex', '--type', 'INFO', '--subject', 'Next', '--details', 'x', '--quiet'];
  expect((await comms(root, argv)).out).toBe('msg-014\n');
});

// `npx vitest run test/example.test.ts -u` copies them anew.
test.each(['protocol.md', 'test-harness.md', '.gitignore', '.gitattributes'])('%s is what init writes', async (name) => {
  const root = copyOfExample();
  const { files } = planInit({ root, project: join(root, '..'), at: '2026-01-17T09:00:00Z' });
  await expect(files.find(({ path }) => path === name)?.content).toMatchFileSnapshot(join(EXAMPLE, name));
});
