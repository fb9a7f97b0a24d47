import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Comms, CommsError, migrateStore, openComms } from '../../../src/comms.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { setStore } from '../../../src/workspace/store-edit.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

type Name = 'files' | 'sqlite';

const BOTH = [
  ['files', 'sqlite'],
  ['sqlite', 'files'],
] as const;

async function workspace(store: Name): Promise<string> {
  const root = join(temporaryDirectory(), 'agent-comms');
  mkdirSync(root);
  applyInit(planInit({ root, project: root, agents: ['claude', 'gpt'], at: '2026-01-17T12:00:00.000Z' }));
  if (store === 'sqlite') await setStore(root, 'sqlite');
  return root;
}

const say = (comms: Comms, subject: string) => comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'x' });

async function within<T>(root: string, use: (comms: Comms) => Promise<T>): Promise<T> {
  const comms = await openComms({ workspace: root });
  try {
    return await use(comms);
  } finally {
    await comms.close();
  }
}

async function subjects(root: string): Promise<string[]> {
  return within(root, async ({ store }) =>
    (await store.list({ sections: ['active', 'archived', 'held', 'dead'] })).map(({ message }) => message.subject).sort(),
  );
}

async function refusal(promise: Promise<unknown>): Promise<CommsError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CommsError)) throw new Error(`No refusal but ${String(error)}`);
  return error;
}

function configOf(root: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, 'config.json'), 'utf8'));
}

describe.each(BOTH)('%s → %s', (from, to) => {
  test('moves everything, keeps the old store readable, and ids go on', async () => {
    const root = await workspace(from);
    const text = readFileSync(join(root, 'config.json'), 'utf8').replace('"version"', '"mine": [1,   2],\n  "version"');
    writeFileSync(join(root, 'config.json'), text);
    await within(root, async (comms) => {
      for (const subject of ['one', 'two', 'three']) await say(comms, subject);
      await comms.complete({ agent: 'gpt', id: 'msg-001' });
      await comms.archive();
      await comms.store.subscribe('alerts', 'gpt');
    });
    const before = await within(root, ({ store }) => store.list({ sections: ['active', 'archived', 'held', 'dead'] }));
    const migrated = await migrateStore({ workspace: root, to });
    expect(migrated).toMatchObject({
      from,
      to,
      messages: 3,
      active: 2,
      archived: 1,
      dead: 0,
      subscriptions: 1,
      next_id: 'msg-004',
      problems: [],
    });
    expect(readFileSync(join(root, 'config.json'), 'utf8')).toContain('"mine": [1,   2]');
    expect(configOf(root).store).toBe(to);
    await within(root, async (comms) => {
      const after = await comms.store.list({ sections: ['active', 'archived', 'held', 'dead'] });
      expect(after.map(({ inbox, section, message }) => ({ inbox, section, message }))).toEqual(
        expect.arrayContaining(before.map(({ inbox, section, message }) => ({ inbox, section, message }))),
      );
      expect((await say(comms, 'four')).message.id).toBe('msg-004');
      expect((await comms.check()).problems).toEqual([]);
    });
    expect(await subjects(join(root, String(migrated.kept)))).toEqual(['one', 'three', 'two']);
    expect(existsSync(join(root, '.state', 'moving'))).toBe(false);
  });

  test('whoever has the old store open is refused, and loses nothing', async () => {
    const root = await workspace(from);
    const old = await openComms({ workspace: root });
    await say(old, 'one');
    await migrateStore({ workspace: root, to });
    for (const write of [say(old, 'late'), old.claim({ agent: 'gpt' }), old.complete({ agent: 'gpt', id: 'msg-001' })]) {
      expect(await refusal(write)).toMatchObject({ code: 'STORE_MOVED', exitCode: 5, details: { from, to } });
    }
    await old.close();
    expect(await subjects(root)).toEqual(['one']);
  });

  test('a watcher of the old store ends with the reason, and is told of no removal', async () => {
    const root = await workspace(from);
    const old = await openComms({ workspace: root });
    await say(old, 'one');
    const events: string[] = [];
    const stop = new AbortController();
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const watching = old.watch({
      signal: stop.signal,
      onEvent: ({ event }) => {
        events.push(event);
        if (event === 'ready') ready();
      },
    });
    const ended = refusal(watching);
    await isReady;
    await migrateStore({ workspace: root, to });
    expect(await ended).toMatchObject({ code: 'STORE_MOVED' });
    expect(events).toEqual(['waiting', 'ready']);
    await old.close();
  });

  test('a config.json that names the old store again writes to neither, until the move is repeated', async () => {
    const root = await workspace(from);
    await within(root, (comms) => say(comms, 'one'));
    const config = readFileSync(join(root, 'config.json'), 'utf8');
    await migrateStore({ workspace: root, to });
    await within(root, (comms) => say(comms, 'two'));
    writeFileSync(join(root, 'config.json'), config);
    expect(await refusal(within(root, (comms) => say(comms, 'lost?')))).toMatchObject({ code: 'STORE_MOVED' });
    await migrateStore({ workspace: root, to });
    expect(configOf(root).store).toBe(to);
    expect(await subjects(root)).toEqual(['one', 'two']);
  });

  test('there and back again, twice', async () => {
    const root = await workspace(from);
    await within(root, (comms) => say(comms, 'one'));
    for (const store of [to, from, to, from]) await migrateStore({ workspace: root, to: store });
    await within(root, (comms) => say(comms, 'two'));
    expect(await subjects(root)).toEqual(['one', 'two']);
    expect(readdirSync(join(root, 'archive'))).toHaveLength(4);
    expect(await migrateStore({ workspace: root, to: from })).toMatchObject({ from, to: from, messages: 0, kept: null });
  });
});

describe('what people do by hand', () => {
  test('a message that cannot be read stops the move, or stays behind in what is kept', async () => {
    const root = await workspace('files');
    await within(root, (comms) => say(comms, 'one'));
    appendFileSync(join(root, 'gpt-inbox.md'), '\n```json\n{"id": "msg-050", "sender": \n```\n');
    const error = await refusal(migrateStore({ workspace: root, to: 'sqlite' }));
    expect(error).toMatchObject({ code: 'INVALID_WORKSPACE', exitCode: 6 });
    expect(error.message).toContain('gpt-inbox.md:');
    expect(configOf(root).store).toBeUndefined();
    const { kept, problems } = await migrateStore({ workspace: root, to: 'sqlite', skipBroken: true });
    expect(problems).toMatchObject([{ code: 'BAD_JSON' }]);
    expect(readFileSync(join(root, String(kept), 'gpt-inbox.md'), 'utf8')).toContain('msg-050');
    expect(await subjects(root)).toEqual(['one']);
  });

  test('what vanished stops the move, since only the journal still knows it', async () => {
    const root = await workspace('files');
    await within(root, (comms) => say(comms, 'one'));
    writeFileSync(join(root, 'gpt-inbox.md'), '# GPT Inbox\n');
    expect((await refusal(migrateStore({ workspace: root, to: 'sqlite' }))).message).toContain('VANISHED');
  });

  test('files that lie in the way are kept, and not taken for the store', async () => {
    const root = await workspace('sqlite');
    await within(root, (comms) => say(comms, 'one'));
    const { kept } = await migrateStore({ workspace: root, to: 'files' });
    expect(existsSync(join(root, String(kept), 'found-there', 'gpt-inbox.md'))).toBe(true);
    expect(await subjects(root)).toEqual(['one']);
  });

  test('a message pasted twice comes along once, and is told', async () => {
    const root = await workspace('files');
    await within(root, (comms) => say(comms, 'one'));
    const file = join(root, 'gpt-inbox.md');
    const text = readFileSync(file, 'utf8');
    const block = text.slice(text.indexOf('### Message'), text.indexOf('---\n\n## Archived'));
    appendFileSync(file, `\n## Active Messages\n\n${block}`);
    const { messages, problems } = await migrateStore({ workspace: root, to: 'sqlite' });
    expect(messages).toBe(1);
    expect(problems).toMatchObject([{ code: 'DOUBLE', severity: 'warning' }]);
  });

  test('what was written to an inbox after the last look is brought along', async () => {
    const root = await workspace('files');
    await within(root, (comms) => say(comms, 'one'));
    const file = join(root, 'gpt-inbox.md');
    const text = readFileSync(file, 'utf8');
    const block = text
      .slice(text.indexOf('### Message'), text.indexOf('---\n\n## Archived'))
      .replaceAll('one', 'by hand')
      .replaceAll('msg-001', 'msg-002')
      .replace(/"uid": "[^"]*"/, '"uid": "by-hand"');
    // The clock is asked for the name of what is put aside, after the last look at the files.
    const clock = () => {
      if (existsSync(join(root, '.state', 'moving', 'messages.db')) && !readFileSync(file, 'utf8').includes('by hand')) {
        appendFileSync(file, `\n## Active Messages\n\n${block}`);
      }
      return Date.now();
    };
    await migrateStore({ workspace: root, to: 'sqlite', clock });
    expect(await subjects(root)).toEqual(['by hand', 'one']);
  });

  test('a store in memory has nothing to move', async () => {
    const root = await workspace('files');
    await setStore(root, 'memory');
    expect(await refusal(migrateStore({ workspace: root, to: 'sqlite' }))).toMatchObject({ code: 'USAGE' });
  });
});
