import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

/** System calls of which those fail that `isSick` names, by the call and the file, also where that is known by its descriptor only. */
function failing(code: string, isSick: (call: string, file: string) => boolean): FileSystem {
  const names = new Map<unknown, string>();
  return new Proxy(nodeFileSystem, {
    get(target, name: keyof FileSystem) {
      const real = target[name] as (...given: unknown[]) => unknown;
      return (...args: unknown[]) => {
        const file = typeof args[0] === 'string' ? args[0] : (names.get(args[0]) ?? '');
        if (isSick(name, file)) throw Object.assign(new Error(code), { code, path: file });
        const answer = real(...args);
        if (name === 'openSync') names.set(answer, file);
        return answer;
      };
    },
  });
}

const sendTo = (fs: FileSystem, recipients: string[]) =>
  workspace.reopen(fs).deliver({ draft: draftOf(workspace.options, { subject: 'Once' }), recipients });
const delivered = async () =>
  (await workspace.reopen().list({ filter: ({ subject }) => subject === 'Once' })).map(({ inbox }) => inbox).sort();
const problems = async () => (await workspace.reopen().check()).problems.map(({ code }) => code);

describe('a journal that cannot be written', () => {
  test.each([[['gpt']], [['gpt', 'claude']]])(
    'once the message to %s is on disk, does not fail the send; the next write takes note of it',
    async (to) => {
      let inPlace = false;
      const fs = failing('ENOSPC', (call, file) => {
        inPlace ||= ['renameSync', 'linkSync'].includes(call) && file.includes('-inbox.md');
        return inPlace && call === 'writeSync' && file.endsWith('journal.ndjson');
      });
      expect((await sendTo(fs, to)).message.id).toBe('msg-001');
      expect(await delivered()).toEqual([...to].sort());
      expect(await workspace.send()).toBe('msg-002');
      expect(await delivered()).toEqual([...to].sort());
      expect(await problems()).toEqual([]);
    },
  );

  test('for certain, with the intent in it: it is taken back, and what failed is not delivered later', async () => {
    const fs = failing('EIO', (call, file) => call === 'fsyncSync' && file.endsWith('journal.ndjson'));
    await expect(sendTo(fs, ['gpt', 'claude'])).rejects.toMatchObject({ code: 'IO_ERROR' });
    await workspace.reopen().sweep();
    expect(await delivered()).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  test('any more, after the intent: the error says that it is not to be repeated, and the next write finishes it', async () => {
    let isFull = false;
    const fs = failing('ENOSPC', (call, file) => {
      isFull ||= call === 'writeSync' && file.includes('-inbox.md');
      return isFull && call === 'writeSync';
    });
    await expect(sendTo(fs, ['gpt', 'claude'])).rejects.toMatchObject({ code: 'DISK_FULL', details: { unfinished: true } });
    await workspace.reopen().sweep();
    expect(await delivered()).toEqual(['claude', 'gpt']);
    expect(await problems()).toEqual([]);
  });
});

describe('a failure', () => {
  test('of a call that asks only what there is has a code and a hint, too', async () => {
    const fs = failing('EIO', (call, file) => call === 'statSync' && file.endsWith('claude-inbox.md'));
    await expect(sendTo(fs, ['gpt'])).rejects.toMatchObject({ code: 'IO_ERROR', hint: expect.stringMatching(/./) });
    expect(await delivered()).toEqual([]);
  });

  test('to find the directory again, once the files are in place, does not take the send back', async () => {
    let inPlace = false;
    const fs = failing('EIO', (call, file) => {
      inPlace ||= call === 'renameSync' && file.includes('-inbox.md');
      return inPlace && call === 'lstatSync' && file.endsWith('-inbox.md');
    });
    expect((await sendTo(fs, ['gpt'])).message.id).toBe('msg-001');
  });

  test('to write what an agent says of itself is told, since it stands nowhere else', async () => {
    const fs = failing('ENOSPC', (call, file) => call === 'writeSync' && file.includes('status.json'));
    await expect(workspace.reopen(fs).setPresence('gpt', { status: 'busy' })).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  test('to look at the lock does not keep it from being given back', async () => {
    const stateDir = path.join(workspace.root, '.state');
    const records = path.join(stateDir, 'lock-records');
    writeFileSync(path.join(records, 'half-done-0'), '');
    let isSick = false;
    const held = await createLock({
      stateDir,
      fs: failing('EIO', (call, file) => isSick && call === 'statSync' && file.includes('owner-')),
    }).acquire();
    isSick = true;
    await held.release();
    expect(existsSync(path.join(stateDir, 'lock'))).toBe(false);
    expect(readdirSync(records)).toEqual(['half-done-0']);
  });
});

describe('temporary files of writers that are dead', () => {
  const NAMES = [
    '.gpt-inbox.md',
    'archive/.gpt-inbox-2026-01.md',
    '.state/.checkpoint.json',
    '.state/.rate-buckets.json',
    '.state/.journal.ndjson',
  ];
  const OTHERS = '.state/.breakers.json';
  const temp = (name: string) => path.join(workspace.root, `${name}.4711.${'0'.repeat(26)}.tmp`);

  test.each(['whoever takes the lock over', 'doctor --fix'])('are removed by %s; those of who needs no lock stay', async (by) => {
    nodeFileSystem.mkdirSync(path.join(workspace.root, 'archive'), { recursive: true });
    for (const name of [...NAMES, OTHERS]) writeFileSync(temp(name), 'half');
    if (by === 'doctor --fix') await workspace.reopen().check({ fix: true });
    else {
      writeFileSync(path.join(workspace.root, '.state', 'lock-records', 'half-done-0'), '');
      await workspace.reopen().sweep();
    }
    expect([...NAMES, OTHERS].filter((name) => existsSync(temp(name)))).toEqual([OTHERS]);
  });
});
