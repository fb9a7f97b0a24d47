import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

const hold = (recipients = ['gpt'], change = {}) =>
  workspace.store.deliver({ draft: draftOf(workspace.options, change), recipients, hold: 'Why.' });
const codes = async () => (await workspace.store.check()).problems.map(({ code }) => code).sort();
const places = async () =>
  (await workspace.store.list({ sections: EVERY_SECTION }))
    .map(({ inbox, section, message }) => `${section} ${inbox} ${message.id}`)
    .sort();

describe('held.md', () => {
  test('is there once something was held, in the format of an inbox', async () => {
    await workspace.send();
    expect(existsSync(path.join(workspace.root, 'held.md'))).toBe(false);
    await hold(['gpt', 'gemini']);
    expect(workspace.read('held.md')).toMatch(/^# Held Messages\n\n[^\n]+\n\n### Message: msg-002\n\n```json\n\{/);
    expect(workspace.read('gpt-inbox.md')).not.toContain('msg-002');
    expect((await workspace.store.find('msg-002')).map(({ file }) => file)).toEqual(['held.md', 'held.md']);
    expect(await codes()).toEqual([]);
  });

  test('what vanishes from it is noticed and comes back', async () => {
    await hold();
    const before = workspace.read('held.md');
    await hold(['gpt', 'gemini']);
    workspace.write('held.md', before);
    const { problems } = await workspace.store.check();
    expect(problems.filter(({ code }) => code === 'VANISHED').map(({ file }) => file)).toEqual(['held.md', 'held.md']);
    await workspace.store.check({ fix: true });
    expect(await places()).toEqual(['held gemini msg-002', 'held gpt msg-001', 'held gpt msg-002']);
    expect(await codes()).toEqual([]);
  });

  test('an id that somebody wrote into it by hand is not given again, and what is broken is told with its place', async () => {
    await hold();
    workspace.write(
      'held.md',
      `${workspace.read('held.md').replaceAll('msg-001', 'msg-030')}\n### Message: msg-031\n\n\`\`\`json\n{ "id": \n\`\`\`\n`,
    );
    expect(await workspace.send()).toBe('msg-032');
    expect((await workspace.store.check()).problems).toContainEqual(expect.objectContaining({ code: 'BAD_JSON', file: 'held.md' }));
  });

  test('copies of one message side by side: a decision cut off between two files is finished for the right ones', async () => {
    // A sweep of one inbox takes gpt's copy alone, and is cut off after both files.
    const soon = { expires_at: '2026-01-17T12:00:10.000Z' };
    await hold(['gemini', 'gpt'], soon);
    workspace.options.tick(10_000);
    const { fs, done } = withoutDone();
    await workspace.reopen(fs).deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] });
    expect(done()).toBe(true);
    await workspace.reopen().sweep({ limit: 0 });
    expect((await workspace.reopen().list({ sections: ['dead'] })).map(({ inbox }) => inbox).sort()).toEqual(['gemini', 'gpt']);
    expect(workspace.read('held.md')).toContain('"recipient": "gemini"');
    expect(workspace.read('dead-letters.md')).not.toContain('"recipient": "gemini"');
    expect(await codes()).toEqual([]);
  });
});

describe('an old held.md saved over a newer one', () => {
  async function carelessSave(): Promise<void> {
    await hold(['gpt', 'gemini']);
    const before = workspace.read('held.md');
    await workspace.store.releaseHeld({ id: 'msg-001', by: 'gemini' });
    workspace.write('held.md', before);
  }

  test('holds nothing again: who has the message keeps it, and nobody can decide anew', async () => {
    await carelessSave();
    expect(await places()).toEqual(['active gemini msg-001', 'active gpt msg-001']);
    await expect(workspace.store.rejectHeld({ id: 'msg-001', reason: 'No.' })).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    await workspace.store.claim({ agent: 'gpt', id: 'msg-001' });
    expect(await places()).toEqual(['active gemini msg-001', 'active gpt msg-001']);
  });

  test('is noticed and mended, also after the inbox was touched', async () => {
    await carelessSave();
    await workspace.send();
    expect(new Set(await codes())).toEqual(new Set(['REGRESSED']));
    await workspace.store.check({ fix: true });
    expect(await codes()).toEqual([]);
    expect(workspace.read('held.md')).not.toContain('msg-001');
    expect(await places()).toEqual(['active gemini msg-001', 'active gpt msg-001', 'active gpt msg-002']);
    const [copy] = await workspace.store.list({ inboxes: ['gpt'], filter: ({ id }) => id === 'msg-001' });
    expect(copy?.message.delivery?.released_by).toBe('gemini');
    // What was mended is expected where it is.
    workspace.write(
      'gpt-inbox.md',
      workspace
        .read('gemini-inbox.md')
        .replace(/### Message[\s\S]*?\n```\n/, '')
        .replace('Gemini', 'Gpt'),
    );
    expect((await codes()).filter((code) => code === 'VANISHED')).toHaveLength(2);
  });

  test('with the inbox saved over, too: it is let go again', async () => {
    await hold();
    const [held, inbox] = [workspace.read('held.md'), workspace.read('gpt-inbox.md')];
    await workspace.store.releaseHeld({ id: 'msg-001' });
    workspace.write('held.md', held);
    workspace.write('gpt-inbox.md', inbox);
    await workspace.store.check({ fix: true });
    expect(await places()).toEqual(['active gpt msg-001']);
    expect(await codes()).toEqual([]);
  });
});

test('what is to be held is not left to others, which may know nothing of holding', async () => {
  // Under names of their own they are like other processes: one process's calls wait for one another.
  const through = (name: string) => {
    const root = path.join(workspace.root, name);
    symlinkSync(workspace.root, root);
    const spooled: string[] = [];
    const writeFileSync = ((file: string, ...rest: [string]) => {
      // Whoever gets the lock first answers the other.
      if (file.includes('/spool/') && !file.includes('.answer')) spooled.push(file);
      nodeFileSystem.writeFileSync(file, ...rest);
    }) as typeof nodeFileSystem.writeFileSync;
    return { spooled, store: createFilesStore({ ...workspace.options, root, fs: { ...nodeFileSystem, writeFileSync } }) };
  };
  const [holding, sending] = [through('.one'), through('.other')];
  const request = () => ({ draft: draftOf(workspace.options), recipients: ['gpt'] });
  const lock = await createLock({ stateDir: path.join(workspace.root, '.state') }).acquire();
  const waiting = [holding.store.deliver({ ...request(), hold: 'Why.' }), sending.store.deliver(request())];
  await expect.poll(() => sending.spooled.length).toBeGreaterThan(0);
  await lock.release({ recovered: true });
  await Promise.all(waiting);
  expect(holding.spooled).toEqual([]);
  expect((await places()).map((place) => place.slice(0, 4))).toEqual(['acti', 'held']);
});

/** A file system on which the process dies just before it notes that its intent is done. */
function withoutDone() {
  let died = false;
  const fs = {
    ...nodeFileSystem,
    writeSync: ((fd: number, data: Uint8Array, ...rest: []) => {
      died ||= Buffer.from(data).toString('utf8').includes('"entry":"done"');
      if (died) throw new Error('killed');
      return nodeFileSystem.writeSync(fd, data, ...rest);
    }) as typeof nodeFileSystem.writeSync,
  };
  return { fs, done: () => died };
}
