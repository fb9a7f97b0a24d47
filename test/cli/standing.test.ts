import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comms, filesWorkspace, send } from './watch-harness.ts';

/** Where a message stands is said alike by every command that shows it. */

const out = async (root: string, line: string) => (await comms(root, line.split(' '))).out;
const SHOWING = ['track 1', 'thread 1', 'sent --as claude', 'search first', 'read 1'];

async function dead(root: string): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt += 1) await comms(root, ['fail', '1', '--as', 'gpt', '--error', 'no disk']);
}

test.each(SHOWING)('%s says of a dead message that it is dead, why, and in which file', async (line) => {
  const root = filesWorkspace();
  await send(root, 'The first');
  await dead(root);
  const text = await out(root, line);
  expect(text.split('\n')[0]).toContain('DEAD (failed)');
  expect(text.split('\n')[0]).not.toContain('PENDING');
  expect(text).toContain('dead-letters.md');
});

test.each(SHOWING)('%s says of an archived message that it is archived', async (line) => {
  const root = filesWorkspace();
  await send(root, 'The first');
  await comms(root, ['done', '1', '--as', 'gpt']);
  await comms(root, ['archive', '--rotate']);
  const text = await out(root, line);
  expect(text.split('\n')[0]).toContain('ARCHIVED');
  expect(text).toMatch(/archive\/gpt-inbox-\d{4}-\d{2}\.md/);
});

test('of copies that stand differently the headline counts each state', async () => {
  const root = filesWorkspace();
  await send(root, 'The first', ['--to', 'gpt,gemini,claude']);
  await dead(root);
  await comms(root, ['done', '1', '--as', 'gemini', '--result', 'Nothing to do']);
  for (const line of ['track 1', 'sent --as claude'])
    expect((await out(root, line)).split('\n')[0]).toContain('1 DEAD, 1 COMPLETED, 1 PENDING');
  expect(await out(root, 'sent --as claude')).toContain('  gpt: failed: no disk\n  gemini: COMPLETED: Nothing to do\n  claude: PENDING');
});

test('JSON has the envelope as it is, and its place beside it', async () => {
  const root = filesWorkspace();
  await send(root, 'The first');
  await dead(root);
  const data = async (line: string) => JSON.parse(await out(root, `${line} --json`)).data;
  const place = { inbox: 'gpt', section: 'dead', file: 'dead-letters.md' };
  for (const line of ['track 1', 'read 1']) expect(await data(line)).toMatchObject({ message: { status: 'PENDING' }, place });
  for (const line of ['thread 1', 'sent --as claude', 'search first']) expect((await data(line)).places).toEqual([place]);
});

test('an inbox that leads out of the workspace stops nobody who reads the others', async () => {
  const root = filesWorkspace();
  await send(root, 'The first');
  unlinkSync(join(root, 'gemini-inbox.md'));
  symlinkSync('/dev/null', join(root, 'gemini-inbox.md'));
  const warning = /^comms: warning: Left out: gemini-inbox\.md leads out of the workspace, to \/dev\/null\. "comms doctor" tells more\.\n$/;
  for (const line of [...SHOWING, 'status', 'inbox --as gpt', 'wait --as gpt --timeout 10s']) {
    const ran = await comms(root, line.split(' '));
    expect(ran, line).toMatchObject({ exit: 0, out: expect.stringContaining('msg-001') });
    if (!line.includes('--as gpt')) expect(ran.err, line).toMatch(warning);
  }
  expect(JSON.parse(await out(root, 'status --json')).warnings).toHaveLength(1);
  expect(await comms(root, ['inbox', '--as', 'gemini'])).toMatchObject({ exit: 7, out: '' });
});
