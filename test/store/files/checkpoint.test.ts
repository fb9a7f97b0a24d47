import { linkSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

const CHECKPOINT = '.state/checkpoint.json';
let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
  await workspace.send();
  await workspace.send();
});
afterEach(() => workspace.dispose());

test('a mixture of two checkpoints, as a killed writer leaves it, is none: no id is given twice', async () => {
  const text = workspace.read(CHECKPOINT);
  expect(text).toContain('"lastNumber":2');
  workspace.write(CHECKPOINT, text.replace('"lastNumber":2', '"lastNumber":1'));
  expect(await workspace.send()).toBe('msg-003');
  workspace.write(CHECKPOINT, workspace.read(CHECKPOINT).slice(0, 100));
  expect(await workspace.send()).toBe('msg-004');
});

test.each([
  ['all of .state/ is gone', ['.state']],
  ['the writer before died, and the journal was begun anew', ['.state/lock-records', '.state/journal.ndjson']],
])('the id of a message that was purged is not given again where %s', async (_, lost) => {
  await workspace.store.fail({ agent: 'gpt', id: 'msg-002', error: 'No.', reject: true });
  await workspace.store.purge({ section: 'dead' });
  for (const name of lost) rmSync(path.join(workspace.root, name), { recursive: true });
  const other = workspace.reopen();
  expect((await other.status()).last_message_id).toBe('msg-002');
  expect((await other.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] })).message.id).toBe('msg-003');
});

test('one that becomes shorter is whole', async () => {
  const before = workspace.read(CHECKPOINT);
  await workspace.store.addInbox('a-name-that-makes-it-longer');
  await workspace.store.removeInbox('a-name-that-makes-it-longer');
  expect(workspace.read(CHECKPOINT).length).toBeGreaterThan(before.length);
  expect(JSON.parse(workspace.read(CHECKPOINT))[1].lastNumber).toBe(2);
  expect(await workspace.send()).toBe('msg-003');
});

test.skipIf(process.platform === 'win32').each([
  ['symbolic', symlinkSync],
  ['hard', linkSync],
])('what a %s link in its place leads to is left alone', async (_, link) => {
  const other = path.join(workspace.root, 'other.txt');
  writeFileSync(other, 'Mine.');
  rmSync(path.join(workspace.root, CHECKPOINT));
  link(other, path.join(workspace.root, CHECKPOINT));
  await workspace.send();
  expect(readFileSync(other, 'utf8')).toBe('Mine.');
  expect(JSON.parse(workspace.read(CHECKPOINT))[1].lastNumber).toBe(3);
});
