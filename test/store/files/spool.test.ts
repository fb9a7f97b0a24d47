import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import fs, { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshName } from '../../../src/fresh-name.ts';
import type { FileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import type { Store } from '../../../src/store/store.ts';
import { bundleWorker } from '../../bundle-worker.ts';
import { draftOf, testOptions } from '../conformance.ts';

const directories: string[] = [];
let worker: string;
let root: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'comms-spool-worker-'));
  worker = path.join(dir, 'worker.mjs');
  await bundleWorker(path.join(import.meta.dirname, 'spool-worker.ts'), worker);
  return () => rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'comms-spool-'));
  directories.push(root);
  configure({});
});
afterEach(() => {
  child?.kill('SIGKILL');
  for (const dir of directories.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('a send that finds the lock taken', () => {
  test('is carried out by the next writer, and told so', async () => {
    const { store, answer } = await whileAnotherWaits();
    await deliver(store);
    expect(await store.find('msg-002')).toHaveLength(2);
    expect(await answer()).toBe('msg-002');
    expect(left()).toEqual([]);
  });

  test('is not delivered twice when that writer dies before it can say so', async () => {
    const { store, answer } = await whileAnotherWaits(failing(/\.answer$/));
    await deliver(store);
    expect(await answer()).toBe('msg-002');
    expect((await store.list()).map(({ inbox, message }) => `${inbox} ${message.id}`)).toEqual([
      'gemini msg-002',
      'gpt msg-001',
      'gpt msg-002',
    ]);
    expect(left()).toEqual([]);
  });

  test.each([
    ['before the first of its inboxes', /gpt-inbox\.md$/],
    ['between its inboxes', /gemini-inbox\.md$/],
  ])('is delivered once, whatever it takes, when that writer fails %s', async (_, file) => {
    const { store, answer } = await whileAnotherWaits(failing(file));
    await expect(deliver(store)).rejects.toMatchObject({ code: 'DISK_FULL' });
    const id = await answer();
    const there = await store.list({ filter: ({ subject }) => subject === 'From another process' });
    expect(there.map(({ inbox, message }) => `${inbox} ${message.id}`)).toEqual([`gemini ${id}`, `gpt ${id}`]);
    expect(left()).toEqual([]);
  });

  test('that the next writer refuses is tried by its own process, which may know more', async () => {
    const { store, answer } = await whileAnotherWaits();
    // As a writer that does not know gemini sees it.
    const strict = createFilesStore({ ...options, root, agents: ['claude', 'gpt'] });
    await deliver(strict);
    expect(await answer()).toBe('msg-002');
    expect(await store.find('msg-002')).toHaveLength(2);
    expect(left()).toEqual([]);
  });
});

describe('a writer that stood still for so long that another process took the lock over', () => {
  /** Stands still once, when something is done with a file like this, until another process has sent a message. */
  const standingStill = (call: 'openSync' | 'writeSync', isThen: (args: unknown[]) => boolean): FileSystem => {
    let stood = false;
    return {
      ...fs,
      [call]: (...args: unknown[]) => {
        const result = (fs[call] as (...given: unknown[]) => unknown)(...args);
        if (!stood && isThen(args)) {
          stood = true;
          for (const name of ['lock', 'lock-records']) rmSync(path.join(root, '.state', name), { recursive: true, force: true });
          spawnSync(process.execPath, [worker, root], { stdio: 'inherit' });
        }
        return result;
      },
    };
  };
  const toTwo = (broken: FileSystem) =>
    createFilesStore({ ...options, root, fs: broken }).deliver({
      draft: draftOf(options, { subject: 'From here' }),
      recipients: ['gpt', 'claude'],
    });
  const there = async () =>
    (await createFilesStore({ ...options, root }).list()).map(({ inbox, message }) => `${inbox} ${message.id} ${message.subject}`).sort();
  const fromThere = (id: string) => [`gemini ${id} From another process`, `gpt ${id} From another process`];

  test('after it had written its intent, which the other one carried out, has succeeded', async () => {
    const { message } = await toTwo(standingStill('writeSync', ([, bytes]) => String(bytes).includes('"entry":"intent"')));
    expect(message.id).toBe('msg-001');
    expect(await there()).toEqual(['claude msg-001 From here', ...fromThere('msg-002'), 'gpt msg-001 From here'].sort());
  });

  test('before that, has done nothing, and leaves nothing to be carried out', async () => {
    const store = createFilesStore({ ...options, root });
    for (const agent of ['gpt', 'claude']) await store.addInbox(agent);
    const stalled = toTwo(standingStill('openSync', ([file]) => /gpt-inbox\.md$/.test(String(file))));
    await expect(stalled).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await store.sweep();
    expect(await there()).toEqual(fromThere('msg-001'));
    expect(fs.readFileSync(path.join(root, '.state', 'journal.ndjson'), 'utf8')).not.toContain('From here');
  });
});

/** Another process has left a message, and stands still; what becomes of it is up to the test's own store. */
async function whileAnotherWaits(broken: Partial<FileSystem> = {}): Promise<{ store: Store; answer: () => Promise<unknown> }> {
  const held = await createLock({ stateDir: path.join(root, '.state') }).acquire();
  const other = fork(worker, [root], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child = other;
  const answered = new Promise((resolve) => {
    other.once('message', resolve);
  });
  await expect.poll(left, { timeout: 20_000, interval: 5 }).toEqual([expect.stringMatching(/\.request$/)]);
  other.kill('SIGSTOP');
  await held.release();
  const answer = () => {
    other.kill('SIGCONT');
    return answered;
  };
  return { store: createFilesStore({ ...options, root, fs: { ...fs, ...broken } }), answer };
}

const options = { ...testOptions(), newUid: freshName, clock: Date.now };

const deliver = (store: Store) => store.deliver({ draft: draftOf(options), recipients: ['gpt'] });

/** Finds the disk full where a file like this is to be put in its place. */
function failing(pattern: RegExp): Pick<FileSystem, 'renameSync' | 'linkSync'> {
  const unless = (put: (from: fs.PathLike, to: fs.PathLike) => void) => (from: fs.PathLike, to: fs.PathLike) => {
    if (pattern.test(String(to))) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    put(from, to);
  };
  return { renameSync: unless(fs.renameSync), linkSync: unless(fs.linkSync) };
}

function left(): string[] {
  try {
    return readdirSync(path.join(root, '.state', 'spool')).filter((name) => !name.endsWith('.tmp'));
  } catch {
    return [];
  }
}

function configure(more: object): void {
  writeFileSync(path.join(root, 'config.json'), JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: {}, gemini: {} }, ...more }));
}
