import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDisk } from '../../../src/store/files/disk.ts';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createJournalFile } from '../../../src/store/files/journal-file.ts';
import { createLock, type Lock } from '../../../src/store/files/lock/lock.ts';
import { createSpool, type LeftBehind } from '../../../src/store/files/spool/spool.ts';
import { createWriter } from '../../../src/store/files/writer.ts';
import type { Delivered, DeliverRequest } from '../../../src/store/store.ts';
import { delivery } from '../../../src/store/verbs/over-session.ts';
import type { Outcome } from '../../../src/store/write-queue.ts';
import { LONG } from '../../long.ts';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

const stateDir = () => path.join(workspace.root, '.state');
const spoolDir = () => path.join(stateDir(), 'spool');
const inSpool = () => (existsSync(spoolDir()) ? readdirSync(spoolDir()) : []);
const newSpool = (fs: FileSystem = nodeFileSystem) => createSpool(fs, stateDir(), workspace.options.newUid);

/** As if the process had been killed: what it held is left to others, who find its lock gone. */
function clearLock(): void {
  for (const name of ['lock', 'lock-records']) rmSync(path.join(stateDir(), name), { recursive: true, force: true });
}

/** A file system whose process is dead from the nth call on. */
function dyingAt(dieAt: number): { fs: FileSystem; isDead: () => boolean } {
  let nth = 0;
  const fs = new Proxy(nodeFileSystem, {
    get(target, name: keyof FileSystem) {
      const call = target[name] as (...given: unknown[]) => unknown;
      return (...args: unknown[]) => {
        nth += 1;
        if (nth >= dieAt) throw new Error('killed');
        return call(...args);
      };
    },
  });
  return { fs, isDead: () => nth >= dieAt };
}

/** A process that finds the lock taken; `meanwhile` is what the holder does until the lock, or an answer, is there. */
function waiter(meanwhile: () => Promise<unknown>, fs: FileSystem = { ...nodeFileSystem }) {
  const real = createLock({ stateDir: stateDir() });
  let asked = 0;
  const lock = {
    async acquire({ unless }: { unless?: () => boolean } = {}) {
      asked += 1;
      if (asked === 1) return undefined;
      if (asked === 2) await meanwhile();
      return unless?.() ? undefined : real.acquire();
    },
  } as Lock;
  const { root, options } = workspace;
  const journal = createJournalFile(fs, path.join(root, '.state', 'journal.ndjson'), undefined);
  const tools = {
    fs,
    root,
    options,
    disk: createDisk(fs, root),
    journal,
    gitDir: undefined,
    stateDir: stateDir(),
    statusStampIs: () => false,
  };
  const write = createWriter(tools, lock, newSpool(fs));
  return (requests: DeliverRequest[]): Promise<Outcome[]> => write(requests.map((request) => ({ run: delivery(request), request })));
}

/** A send to three with a key, an answer that completes its question, and a send under a limit. */
function requests(): DeliverRequest[] {
  const draft = (subject: string, more = {}) => draftOf(workspace.options, { subject, ...more });
  return [
    { draft: draft('Keyed', { idempotency_key: 'k' }), recipients: ['gpt', 'claude', 'gemini'] },
    { draft: draft('Answer', { sender: 'gpt' }), recipients: ['claude'], completes: { agent: 'gpt', id: 'msg-001' } },
    { draft: draft('Limited'), recipients: ['gemini'], limits: [{ key: 'l', name: 'l', capacity: 1, refillPerMs: 1e-9 }] },
  ];
}

async function freshWorkspace(): Promise<void> {
  workspace.dispose();
  workspace = await testWorkspace();
  await workspace.send({ type: 'QUERY', requires_response: true });
  await workspace.store.claim({ agent: 'gpt' });
}

const expected = ['Answer claude', 'Keyed claude', 'Keyed gemini', 'Keyed gpt', 'Limited gemini'];

async function delivered(): Promise<string[]> {
  const copies = await workspace.store.list({ filter: ({ subject }) => /^(Keyed|Answer|Limited)$/.test(subject) });
  return copies.map(({ inbox, message }) => `${message.subject} ${inbox}`).sort();
}

async function everythingFits(): Promise<void> {
  expect((await workspace.store.check()).problems).toEqual([]);
  const byUid = new Map(
    (await workspace.store.list({ sections: ['active', 'archived', 'dead'] })).map((copy) => [copy.message.uid, copy.message.id]),
  );
  expect(new Set(byUid.values()).size).toBe(byUid.size);
}

describe('requests that another process carries along', () => {
  test('are delivered once, whichever call that process dies at', async () => {
    for (let dieAt = 1; ; dieAt += LONG ? 1 : 5) {
      await freshWorkspace();
      const { fs, isDead } = dyingAt(dieAt);
      const meanwhile = async () => {
        const holder = workspace.reopen(fs);
        await holder
          .deliver({ draft: draftOf(workspace.options, { subject: 'Own' }), recipients: ['gpt', 'claude'] })
          .catch(() => undefined);
        if (isDead()) clearLock();
      };
      const outcomes = await waiter(meanwhile)(requests());
      const ids = outcomes.map((outcome) => ('value' in outcome ? (outcome.value as Delivered).message.id : outcome.error));
      expect(await delivered(), `dying at call ${dieAt}`).toEqual(expected);
      for (const [n, subject] of ['Keyed', 'Answer', 'Limited'].entries()) {
        const [copy] = await workspace.store.list({ filter: (message) => message.subject === subject });
        expect(copy?.message.id).toBe(ids[n]);
      }
      expect((await workspace.store.find('msg-001'))[0]?.message).toMatchObject({
        status: 'COMPLETED',
        delivery: { result: `Answered by ${ids[1]}` },
      });
      expect([0, 2]).toContain((await workspace.store.list({ filter: ({ subject }) => subject === 'Own' })).length);
      await everythingFits();
      expect(inSpool().filter((name) => !name.endsWith('.tmp'))).toEqual([]);
      if (!isDead()) {
        expect(dieAt).toBeGreaterThan(40);
        return;
      }
    }
  });

  test('are delivered at most once where the one that left them dies, and once where it was told', async () => {
    for (let dieAt = 1; ; dieAt += LONG ? 1 : 5) {
      await freshWorkspace();
      const { fs, isDead } = dyingAt(dieAt);
      const meanwhile = () => workspace.send({ subject: 'Own' });
      const told = await waiter(
        meanwhile,
        fs,
      )(requests()).then(
        () => true,
        () => false,
      );
      clearLock();
      await workspace.send({ subject: 'Later' });
      const there = await delivered();
      expect([[], expected], `dying at call ${dieAt}`).toContainEqual(there);
      if (told) expect(there).toEqual(expected);
      await everythingFits();
      if (!isDead()) return;
    }
  }, 60_000);

  test('are not delivered again where they have gone their way, and were purged, before the one that left them woke up', async () => {
    await freshWorkspace();
    const spool = newSpool();
    const [keyed] = requests();
    const write = waiter(async () => {
      // Taken along, delivered, and not answered.
      const [taken] = spool.take();
      for (const request of taken?.requests ?? []) await workspace.store.deliver(request);
      const id = (await workspace.store.list({ filter: ({ subject }) => subject === 'Keyed' }))[0]?.message.id ?? '';
      for (const agent of ['gpt', 'claude', 'gemini']) await workspace.store.fail({ agent, id, error: 'No.', reject: true });
      await workspace.store.purge({ section: 'dead' });
    });
    const [outcome] = await write([{ ...keyed, draft: draftOf(workspace.options, { subject: 'Keyed' }) } as DeliverRequest]);
    expect(outcome).toMatchObject({ value: { message: { subject: 'Keyed' } } });
    expect(await delivered()).toEqual([]);
  });

  test('are tried by the one that left them where the other one refused them', async () => {
    const write = waiter(async () => {
      const [taken] = newSpool().take();
      taken?.answer([{ refused: true }]);
    });
    const [outcome] = await write([{ draft: draftOf(workspace.options), recipients: ['gpt'] }]);
    expect(outcome).toMatchObject({ value: { message: { id: 'msg-001' } } });
    const [unknown] = await waiter(async () =>
      newSpool()
        .take()[0]
        ?.answer([{ refused: true }]),
    )([{ draft: draftOf(workspace.options), recipients: ['nobody'] }]);
    expect(unknown).toMatchObject({ error: { code: 'UNKNOWN_AGENT' } });
  });

  test('that were begun and not answered in time are reported so, and not as to be sent again', async () => {
    const held = await createLock({ stateDir: stateDir() }).acquire();
    const impatient = createLock({ stateDir: stateDir(), waitMs: 50 });
    let left: LeftBehind | undefined;
    const spool = { ...newSpool(), leave: (given: readonly DeliverRequest[]) => (left = newSpool().leave(given)) };
    const { shareWrite } = await import('../../../src/store/files/spool/share-write.ts');
    const share = () =>
      shareWrite({
        lock: impatient,
        spool,
        requests: [{ draft: draftOf(workspace.options), recipients: ['gpt'] }],
        journal: () => [],
        write: async () => [],
      });
    await expect(share()).rejects.toMatchObject({ code: 'LOCK_TIMEOUT', hint: expect.stringContaining('Try again') });
    expect(inSpool()).toEqual([]);
    const sharing = share();
    await expect.poll(() => newSpool().take().length).toBe(1);
    await expect(sharing).rejects.toMatchObject({ code: 'LOCK_TIMEOUT', details: { unfinished: true } });
    expect(left).toBeDefined();
    await held.release();
  });
});

describe('a spool that somebody has tampered with', () => {
  const put = (name: string, text: string) => {
    mkdirSync(spoolDir(), { recursive: true });
    writeFileSync(path.join(spoolDir(), name), text);
  };

  test.each(['', '{', 'null', '{}', '[null]', '[{}]', '[{"draft":null,"recipients":[]}]', '[{"draft":{},"recipients":["gpt"]}]'])(
    'a request that says %j stops nobody',
    async (text) => {
      put('0garbage.request', text);
      const left = newSpool().leave([{ draft: draftOf(workspace.options, { subject: 'Real' }), recipients: ['gpt'] }]);
      mkdirSync(path.join(spoolDir(), '00.request'));
      await workspace.send({ subject: 'Own' });
      expect(left.answers()).toMatchObject([{ value: { message: { subject: 'Real' } } }]);
      const subjects = (await workspace.store.list()).map(({ message }) => message.subject);
      expect(subjects.filter((subject) => subject === 'Real' || subject === 'Own')).toHaveLength(2);
    },
  );

  test.each(['', '[', '[]', '{}', '[null]', '[{}]', '[{"value":null}]'])('an answer that says %j is none', async (text) => {
    const write = waiter(async () => {
      const [name] = inSpool();
      put(String(name).replace('.request', '.answer'), text);
    });
    expect(await write([{ draft: draftOf(workspace.options), recipients: ['gpt'] }])).toMatchObject([
      { value: { message: { id: 'msg-001' } } },
    ]);
    expect(await workspace.store.list()).toHaveLength(1);
    // The lock was given back.
    expect(await workspace.send()).toBe('msg-002');
  });

  test('old files of other names, and what lies behind a link, are left alone', async () => {
    const elsewhere = path.join(workspace.root, 'elsewhere');
    mkdirSync(elsewhere);
    const old = new Date(Date.now() - 600_000);
    for (const dir of [elsewhere, spoolDir()]) {
      mkdirSync(dir, { recursive: true });
      for (const name of ['thesis.txt', 'abc.request']) {
        writeFileSync(path.join(dir, name), 'x');
        utimesSync(path.join(dir, name), old, old);
      }
    }
    await workspace.send();
    expect(inSpool()).toEqual(['thesis.txt']);
    rmSync(spoolDir(), { recursive: true });
    symlinkSync(elsewhere, spoolDir());
    await workspace.send();
    expect(readdirSync(elsewhere).sort()).toEqual(['abc.request', 'thesis.txt']);
    expect(() => newSpool().leave([])).toThrow();
    expect(await waiter(async () => undefined)([{ draft: draftOf(workspace.options), recipients: ['gpt'] }])).toHaveLength(1);
    expect(readdirSync(elsewhere).sort()).toEqual(['abc.request', 'thesis.txt']);
  });

  test('neither does the lock remove what is not its own', async () => {
    const elsewhere = path.join(workspace.root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'thesis.txt'), 'x');
    clearLock();
    symlinkSync(elsewhere, path.join(stateDir(), 'lock-records'));
    await workspace.send();
    await workspace.send();
    expect(readdirSync(elsewhere)).toEqual(['thesis.txt']);
  });
});
