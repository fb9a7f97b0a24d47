import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comms, filesWorkspace, send } from './watch-harness.ts';

async function withDone(count: number): Promise<{ root: string; ids: string[] }> {
  const root = filesWorkspace();
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = await send(root, `Number ${n}`);
    await comms(root, ['done', id, '--as', 'gpt']);
    ids.push(id);
  }
  return { root, ids };
}

test('moves what is completed, and says what', async () => {
  const { root, ids } = await withDone(2);
  const open = await send(root, 'Open');
  const { exit, out } = await comms(root, ['archive', '--json']);
  expect(exit).toBe(0);
  expect(JSON.parse(out).data).toEqual({ archived: ids.map((id) => ({ inbox: 'gpt', id })), rotated: 0 });
  const [active, archived] = readFileSync(join(root, 'gpt-inbox.md'), 'utf8').split('## Archived Messages');
  expect(active).toContain(`"${open}"`);
  for (const id of ids) expect(archived).toContain(`"${id}"`);
  expect((await comms(root, ['archive'])).out).toBe('Nothing to archive.\n');
});

test('--keep, --older-than and --agent leave what they say', async () => {
  const { root, ids } = await withDone(3);
  expect((await comms(root, ['archive', '--older-than', '1d', '--quiet'])).out).toBe('');
  expect((await comms(root, ['archive', '--agent', 'claude', '--quiet'])).out).toBe('');
  expect((await comms(root, ['archive', '--keep', '1', '--quiet'])).out).toBe(`${ids.slice(0, 2).join('\n')}\n`);
  expect((await comms(root, ['archive', '--agent', 'nobody'])).exit).toBe(3);
});

test('--rotate moves the archive section to a file of the month', async () => {
  const { root } = await withDone(2);
  const { out } = await comms(root, ['archive', '--rotate']);
  expect(out).toMatch(/^Archived 2 messages:\n[\s\S]*\nMoved 2 messages to archive\/\.\n$/);
  expect(readdirSync(join(root, 'archive'))).toEqual([expect.stringMatching(/^gpt-inbox-\d{4}-\d\d\.md$/)]);
});

test('sweep puts down what is due', async () => {
  const root = filesWorkspace();
  expect((await comms(root, ['sweep'])).out).toBe('Nothing is due.\n');
  const id = await send(root, 'Short-lived', ['--ttl', '1ms']);
  const { exit, out } = await comms(root, ['sweep', '--json']);
  expect(exit).toBe(0);
  expect(JSON.parse(out).data).toMatchObject({ leases: [], expired: [{ inbox: 'gpt', id }] });
});
