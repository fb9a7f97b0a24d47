import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blocksOf, parseInbox } from '../../../src/inbox/inbox.ts';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import type { Store } from '../../../src/store/store.ts';
import { LONG } from '../../long.ts';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

/** A file system that breaks: `onCall` may throw, by the name and the number of the call. */
function breaking(onCall: (name: string, nth: number, args: unknown[]) => void): FileSystem {
  let nth = 0;
  return new Proxy(nodeFileSystem, {
    get(target, name: keyof FileSystem) {
      const call = target[name];
      return typeof call !== 'function'
        ? call
        : (...args: unknown[]) => {
            nth += 1;
            onCall(name, nth, args);
            return (call as (...given: unknown[]) => unknown)(...args);
          };
    },
  });
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** As if the process had been killed: what it held is left to others, who find its lock gone. */
function clearLock(): void {
  for (const name of ['lock', 'lock-records']) rmSync(path.join(workspace.root, '.state', name), { recursive: true, force: true });
}

const inboxFiles = () => readdirSync(workspace.root).filter((name) => name.endsWith('.md'));

function everythingParses(): void {
  for (const file of inboxFiles())
    expect(blocksOf(parseInbox(Buffer.from(workspace.read(file)))).filter(({ kind }) => kind === 'broken')).toEqual([]);
}

describe('a failing system call', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL', 'writeSync'],
    ['EDQUOT', 'DISK_FULL', 'writeSync'],
    ['EIO', 'IO_ERROR', 'fsyncSync'],
    ['EROFS', 'NOT_WRITABLE', 'renameSync'],
    ['EMFILE', 'IO_ERROR', 'openSync'],
  ])('%s is %s, nothing is changed, and the next send works', async (code, expected, call) => {
    await workspace.send();
    const before = workspace.read('gpt-inbox.md');
    let armed = true;
    const store = workspace.reopen(
      breaking((name, _nth, args) => {
        const aboutInbox = typeof args[0] === 'number' || String(args[0]).includes('inbox');
        if (armed && name === call && aboutInbox) throw errno(code);
      }),
    );
    await expect(store.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] })).rejects.toMatchObject({
      code: expected,
      hint: expect.any(String),
    });
    expect(workspace.read('gpt-inbox.md')).toBe(before);
    expect(inboxFiles().filter((name) => name.endsWith('.tmp'))).toEqual([]);
    armed = false;
    expect((await store.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] })).message.id).toBe('msg-002');
  });

  test('a short write without an error is noticed', async () => {
    const before = workspace.read('gpt-inbox.md');
    const store = workspace.reopen({ ...nodeFileSystem, writeSync: (() => 0) as typeof nodeFileSystem.writeSync });
    await expect(store.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(workspace.read('gpt-inbox.md')).toBe(before);
  });

  test('what fails after the message is durable does not fail the send, which would be repeated', async () => {
    const store = workspace.reopen(
      breaking((name, _nth, args) => {
        if (name === 'renameSync' && /status\.json|checkpoint/.test(String(args[1]))) throw errno('ENOSPC');
        if (name === 'openSync' && /checkpoint/.test(String(args[0]))) throw errno('EACCES');
      }),
    );
    expect((await store.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] })).message.id).toBe('msg-001');
    expect(await workspace.send()).toBe('msg-002');
    expect(JSON.parse(workspace.read('status.json')).pending_items).toEqual(['msg-001', 'msg-002']);
  });
});

describe('a send to three that is interrupted after the first inbox', () => {
  const everywhere = { recipients: ['gpt', 'claude', 'gemini'] };
  const copies = async () => (await workspace.store.list()).map(({ inbox, message }) => `${inbox} ${message.id}`).sort();
  /** Does something once, just after the first inbox was put in its place. */
  const afterFirstInbox = (act: () => void) => {
    let inboxes = 0;
    return breaking((name, _nth, args) => {
      if (!['renameSync', 'linkSync'].includes(name) || !/-inbox\.md$/.test(String(args[1]))) return;
      inboxes += 1;
      if (inboxes > 1) act();
    });
  };

  test('by a hand-made edit of the next: each has it once, and the edit stays', async () => {
    await workspace.send({}, ['gpt', 'claude', 'gemini']);
    let edited = false;
    const store = workspace.reopen(
      afterFirstInbox(() => {
        if (edited) return;
        edited = true;
        for (const agent of ['claude', 'gpt', 'gemini']) appendFileSync(path.join(workspace.root, `${agent}-inbox.md`), '\nBy hand.\n');
      }),
    );
    const { message } = await store.deliver({ draft: draftOf(workspace.options), ...everywhere });
    expect(edited).toBe(true);
    expect(message.id).toBe('msg-002');
    expect(await copies()).toEqual([1, 2].flatMap((n) => [`claude msg-00${n}`, `gemini msg-00${n}`, `gpt msg-00${n}`]).sort());
    expect(['claude', 'gpt', 'gemini'].filter((agent) => workspace.read(`${agent}-inbox.md`).includes('By hand.'))).toHaveLength(3);
    expect((await workspace.store.check()).problems).toEqual([]);
  });

  test('by a full disk: the error says that it is not to be repeated, and the next write finishes it', async () => {
    const store = workspace.reopen(
      afterFirstInbox(() => {
        throw errno('ENOSPC');
      }),
    );
    await expect(store.deliver({ draft: draftOf(workspace.options), ...everywhere })).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('finishes the rest'),
      details: { unfinished: true },
    });
    await workspace.store.sweep();
    expect(await copies()).toEqual(['claude msg-001', 'gemini msg-001', 'gpt msg-001']);
    expect((await workspace.store.check()).problems).toEqual([]);
  });
});

describe('a process that dies at any system call', () => {
  /** Runs `act` again and again, dying some calls later each time, until it comes through; at every one of them in the long form. */
  async function dyingEverywhere(
    act: (store: Store) => Promise<unknown>,
    check: (acknowledged: boolean) => Promise<void>,
    prepare: () => Promise<unknown> = async () => undefined,
  ): Promise<number> {
    for (let dieAt = 1; ; dieAt += LONG ? 1 : 11) {
      workspace.dispose();
      workspace = await testWorkspace();
      await workspace.send({ type: 'QUERY', requires_response: true });
      await workspace.store.claim({ agent: 'gpt' });
      await prepare();
      let dead = false;
      const store = workspace.reopen(
        breaking((_name, nth) => {
          dead ||= nth >= dieAt;
          if (dead) throw new Error('killed');
        }),
      );
      const acknowledged = await act(store).then(
        () => true,
        () => false,
      );
      clearLock();
      // Destination before source: a reader finds the message at every moment, before anything was put right.
      expect(await workspace.reopen().find('msg-001')).not.toEqual([]);
      await workspace.store.sweep();
      everythingParses();
      expect((await workspace.store.check()).problems).toEqual([]);
      await check(acknowledged);
      if (!dead) return dieAt;
    }
  }

  test('send: what was acknowledged is there, nothing is there twice, and no id is given again', async () => {
    const calls = await dyingEverywhere(
      (store) =>
        store.deliver({
          draft: draftOf(workspace.options, { idempotency_key: 'k', subject: 'Once' }),
          recipients: ['gpt', 'claude', 'gemini'],
        }),
      async (acknowledged) => {
        const there = await workspace.store.list({ filter: ({ subject }) => subject === 'Once' });
        expect([0, 3]).toContain(there.length);
        if (acknowledged) expect(there).toHaveLength(3);
        const again = await workspace.store.deliver({
          draft: draftOf(workspace.options, { idempotency_key: 'k', subject: 'Once' }),
          recipients: ['gpt', 'claude', 'gemini'],
        });
        expect(again.deliveries[0]?.outcome).toBe(there.length === 3 ? 'duplicate' : 'delivered');
        expect(await workspace.store.list({ filter: ({ subject }) => subject === 'Once' })).toHaveLength(3);
        const ids = new Map((await workspace.store.list()).map(({ message }) => [message.uid, message.id]));
        expect(new Set(ids.values()).size).toBe(ids.size);
      },
    );
    expect(calls).toBeGreaterThan(30);
  });

  test('burying with a bounce: the message is in one place, and the sender is told at most once', async () => {
    await dyingEverywhere(
      async (store) => {
        const rules = store as Store;
        await rules.fail({ agent: 'gpt', id: 'msg-001', error: 'boom' });
        await rules.claim({ agent: 'gpt', id: 'msg-001' });
        await rules.fail({ agent: 'gpt', id: 'msg-001', error: 'boom' });
        await rules.claim({ agent: 'gpt', id: 'msg-001' });
        await rules.fail({ agent: 'gpt', id: 'msg-001', error: 'boom' });
      },
      async (acknowledged) => {
        const copies = (await workspace.store.find('msg-001')).filter(({ inbox }) => inbox === 'gpt');
        expect(copies).toHaveLength(1);
        const bounces = await workspace.store.list({ inboxes: ['claude'] });
        expect(bounces).toHaveLength(copies[0]?.section === 'dead' ? 1 : 0);
        if (acknowledged) expect(copies[0]?.section).toBe('dead');
      },
    );
  });

  /** Two dead letters, of gpt and of gemini, and two archived messages, of which the older lies in archive/. */
  const deadAndArchived = async () => {
    const { store } = workspace;
    for (const agent of ['gpt', 'gemini']) {
      const id = await workspace.send({ subject: 'Dead' }, [agent]);
      await store.fail({ agent, id, error: 'No.', reject: true });
    }
    for (const rotate of [true, false]) {
      const id = await workspace.send({ subject: 'Archived' });
      await store.complete({ agent: 'gpt', id });
      await store.archive({ rotate });
    }
  };
  const lying = async (subject: string) =>
    (await workspace.store.list({ sections: ['active', 'archived', 'dead'], filter: (message) => message.subject === subject })).map(
      ({ section, message }) => `${section} ${message.id}`,
    );

  test.each(['dead', 'archived'] as const)(
    'purging what is %s: it is all there or all gone, and nothing brings it back',
    async (section) => {
      const subject = section === 'dead' ? 'Dead' : 'Archived';
      await dyingEverywhere(
        (store) => store.purge({ section }),
        async (acknowledged) => {
          const left = await lying(subject);
          expect([0, 2]).toContain(left.length);
          if (acknowledged) expect(left).toEqual([]);
          await workspace.store.check({ fix: true });
          expect(await lying(subject)).toEqual(left);
          expect(await workspace.send()).toBe('msg-006');
        },
        deadAndArchived,
      );
    },
  );

  test('redriving: the message is in one place', async () => {
    await dyingEverywhere(
      (store) => store.redrive({ id: 'msg-002' }),
      async (acknowledged) => {
        const places = await lying('Dead');
        expect(places.sort()).toEqual([expect.stringMatching(/^(active|dead) msg-002$/), 'dead msg-003'].sort());
        if (acknowledged) expect(places).toContain('active msg-002');
        await workspace.store.check({ fix: true });
        expect((await lying('Dead')).sort()).toEqual(places);
      },
      deadAndArchived,
    );
  });

  /** Two held messages, msg-002 for gpt and gemini and msg-003 for gpt, of which the first is decided over. */
  const twoHeld = async () => {
    for (const recipients of [['gpt', 'gemini'], ['gpt']])
      await workspace.store.deliver({ draft: draftOf(workspace.options, { subject: 'Held' }), recipients, hold: 'Why.' });
  };
  const places = async () =>
    (await workspace.store.list({ sections: EVERY_SECTION, filter: ({ subject }) => subject === 'Held' }))
      .map(({ inbox, section, message }) => `${section} ${inbox} ${message.id}`)
      .sort();

  test.each([
    ['releasing', 'active', (store: Store) => store.releaseHeld({ id: 'msg-002' })],
    ['rejecting', 'dead', (store: Store) => store.rejectHeld({ id: 'msg-002', reason: 'No.' })],
  ] as const)('%s what is held: all copies together, each in one place, and the sender is told at most once', async (_, section, act) => {
    await dyingEverywhere(
      act,
      async (acknowledged) => {
        const there = await places();
        const now = acknowledged || !there.includes('held gpt msg-002') ? section : 'held';
        expect(there).toEqual([`${now} gemini msg-002`, `${now} gpt msg-002`, 'held gpt msg-003'].sort());
        expect(await workspace.store.list({ inboxes: ['claude'] })).toHaveLength(now === 'dead' ? 1 : 0);
        await workspace.store.check({ fix: true });
        expect(await places()).toEqual(there);
      },
      twoHeld,
    );
  });

  test('holding: all copies or none, and never in an inbox', async () => {
    await dyingEverywhere(
      (store) => store.deliver({ draft: draftOf(workspace.options, { subject: 'Held' }), recipients: ['gpt', 'gemini'], hold: 'Why.' }),
      async (acknowledged) => {
        const there = await places();
        if (acknowledged || there.length > 0) expect(there).toEqual(['held gemini msg-002', 'held gpt msg-002']);
      },
    );
  });
});
