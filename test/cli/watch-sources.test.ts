import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, temporaryDirectory } from '../workspace/temporary.ts';
import { block, comms, filesWorkspace, send, startWatch, type Watching } from './watch-harness.ts';

/** Whoever changes the files: a watcher is told of it, once. */

const inboxOf = (root: string) => join(root, 'gpt-inbox.md');
const ids = (watching: Watching, kind: 'message' | 'removed' = 'message') => watching.of(kind).map(({ message }) => message.id);

/** Everything that is still to come has come when this message has. */
async function settle(root: string, watching: Watching): Promise<void> {
  const id = await send(root, 'The last one');
  await watching.until(() => ids(watching).includes(id), id);
}

test('an editor that saves through a rename', async () => {
  const root = filesWorkspace();
  const watching = startWatch(root);
  await watching.ready();
  const text = readFileSync(inboxOf(root), 'utf8').replace('---\n\n## Archived', `${block('msg-041')}\n---\n\n## Archived`);
  writeFileSync(join(root, '.gpt-inbox.md.swp'), text);
  renameSync(join(root, '.gpt-inbox.md.swp'), inboxOf(root));
  await watching.until(() => ids(watching).length > 0);
  // The same editor finishes it.
  const done = text.replace('"status": "PENDING"', '"status": "COMPLETED"');
  writeFileSync(`${inboxOf(root)}~`, done);
  renameSync(`${inboxOf(root)}~`, inboxOf(root));
  await watching.until(() => watching.of('status').length > 0);
  await settle(root, watching);
  expect(ids(watching)).toEqual(['msg-041', 'msg-042']);
  expect(watching.of('status')).toMatchObject([{ previous_status: 'PENDING', message: { id: 'msg-041', status: 'COMPLETED' } }]);
});

test.skipIf(process.platform === 'win32')('an agent with cat >>', async () => {
  const root = filesWorkspace();
  const watching = startWatch(root);
  await watching.ready();
  execFileSync('sh', ['-c', 'cat >> "$0"', inboxOf(root)], { input: `\n${block('msg-007')}` });
  await watching.until(() => ids(watching).length > 0);
  await settle(root, watching);
  expect(ids(watching)).toEqual(['msg-007', 'msg-008']);
});

test('git checkout', async () => {
  const project = temporaryDirectory();
  const root = filesWorkspace(join(project, 'agent-comms'));
  git(project, 'init', '-q');
  git(project, 'add', '.');
  git(project, 'commit', '-qm', 'empty');
  git(project, 'checkout', '-qb', 'work');
  const [first, second] = [await send(root, 'One'), await send(root, 'Two')];
  git(project, 'add', '.');
  git(project, 'commit', '-qm', 'two');
  git(project, 'checkout', '-q', 'main');
  const watching = startWatch(root);
  await watching.ready();
  git(project, 'checkout', '-q', 'work');
  await watching.until(() => ids(watching).length === 2);
  expect(ids(watching)).toEqual([first, second]);
  git(project, 'checkout', '-q', 'main');
  await watching.until(() => watching.of('removed').length === 2);
  expect(ids(watching, 'removed')).toEqual([first, second]);
});

test('an inbox that is deleted and made again', async () => {
  const root = filesWorkspace();
  await send(root, 'There from the start');
  const watching = startWatch(root);
  await watching.ready();
  const text = readFileSync(inboxOf(root), 'utf8');
  rmSync(inboxOf(root));
  await watching.until(() => watching.of('removed').length === 1);
  writeFileSync(inboxOf(root), text);
  await watching.until(() => ids(watching).includes('msg-001'));
  await settle(root, watching);
  expect(ids(watching).at(-1)).toBe('msg-002');
});

test('a burst of 50 sends, each seen once', async () => {
  const root = filesWorkspace();
  const [json, people] = [startWatch(root), startWatch(root, ['--as', 'gpt'])];
  await Promise.all([json.ready(), people.ready()]);
  const sent = await Promise.all(Array.from({ length: 50 }, (_, at) => send(root, `Number ${at}`)));
  await json.until(() => ids(json).length >= 50);
  await settle(root, json);
  expect(ids(json).slice(0, 50).sort()).toEqual([...sent].sort());
  expect(ids(json)).toHaveLength(51);
  await people.until(() => people.text().includes('The last one'));
  expect(people.text().match(/ new {5}/g)).toHaveLength(51);
});

test('a life that goes by faster than a look is told to its end', async () => {
  const root = filesWorkspace();
  const watching = startWatch(root);
  await watching.ready();
  const id = await send(root, 'Short life');
  await comms(root, ['done', id, '--as', 'gpt']);
  await comms(root, ['archive']);
  const last = () => watching.events().findLast((event) => 'message' in event && event.message.id === id);
  await watching.until(() => {
    const event = last();
    return event !== undefined && 'section' in event && event.section === 'archived';
  });
});
