import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import { LONG } from '../../long.ts';
import { repository, type TestRepository } from '../../merge/repository.ts';
import { draftOf, testOptions } from '../conformance.ts';
import { testWorkspace } from './workspace.ts';

/** Two branches that both gave msg-001, merged on main with nothing settled; the texts are merged by hand. */
async function merged(): Promise<TestRepository> {
  const repo = await repository({ driver: false });
  for (const [branch, agent] of [
    ['one', 'gpt'],
    ['other', 'gemini'],
  ] as const) {
    repo.git('checkout', '-q', '-b', branch, 'main');
    rmSync(path.join(repo.root, '.state'), { recursive: true, force: true });
    await sendOn(repo, agent);
    repo.git('checkout', '-q', '--', 'agent-comms/status.json');
    repo.commit(branch);
  }
  repo.git('checkout', '-q', 'main');
  return repo;
}

async function sendOn(repo: TestRepository, agent: string): Promise<string> {
  const options = testOptions();
  const store = repo.open(options.clock);
  const { message } = await store.deliver({
    draft: draftOf(options, { subject: `For ${agent}`, uid: `for-${agent}` }),
    recipients: [agent],
  });
  await store.close();
  return message.id;
}

async function idsIn(repo: TestRepository): Promise<string[]> {
  const store = repo.open(Date.now);
  const copies = await store.list({ sections: EVERY_SECTION });
  await store.close();
  return copies.map(({ message }) => `${message.uid} ${message.id}`).sort();
}

test('a write that sees that git merged settles the ids first, without a driver and without hooks', async () => {
  const repo = await merged();
  repo.git('merge', '-q', '--no-edit', 'one');
  expect(await sendOn(repo, 'claude')).toBe('msg-002');
  repo.commit('claude');
  repo.tryGit('merge', '-q', '--no-edit', '-X', 'ours', 'other');
  expect(await idsIn(repo)).toEqual(['for-claude msg-002', 'for-gemini msg-001', 'for-gpt msg-001']);
  const store = repo.open(Date.now);
  await store.sweep();
  expect((await store.check()).problems).toEqual([]);
  await store.close();
  expect(await idsIn(repo)).toEqual(['for-claude msg-002', 'for-gemini msg-001', 'for-gpt msg-003']);
});

test('while a merge is under way, or its markers are there, it waits', async () => {
  const repo = await merged();
  repo.git('merge', '-q', '--no-edit', 'one');
  repo.git('merge', '-q', '--no-commit', '--no-ff', 'other');
  const sweep = async () => {
    const store = repo.open(Date.now);
    await store.sweep();
    await store.close();
  };
  await sweep();
  expect(await idsIn(repo)).toEqual(['for-gemini msg-001', 'for-gpt msg-001']);
  repo.commit('merged');
  appendFileSync(path.join(repo.root, 'claude-inbox.md'), '\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n');
  await sweep();
  expect(await idsIn(repo)).toEqual(['for-gemini msg-001', 'for-gpt msg-001']);
  repo.git('checkout', '-q', '--', 'agent-comms/claude-inbox.md');
  await sweep();
  expect(await idsIn(repo)).toEqual(['for-gemini msg-001', 'for-gpt msg-002']);
});

test('what a merge took away has not vanished, be it committed by git or after a conflict', async () => {
  const repo = await repository();
  expect(await sendOn(repo, 'gpt')).toBe('msg-001');
  repo.commit('sent');
  repo.git('checkout', '-q', '-b', 'purged');
  const options = testOptions();
  const store = repo.open(options.clock);
  await store.fail({ agent: 'gpt', id: 'msg-001', error: 'no', reject: true });
  await store.purge({ section: 'dead' });
  await store.close();
  repo.commit('purged');
  repo.git('checkout', '-q', 'main');
  const look = async () => {
    const again = repo.open(options.clock);
    await again.sweep();
    const { problems } = await again.check();
    await again.close();
    return problems.filter(({ code }) => code === 'VANISHED');
  };
  expect(await look()).toEqual([]);
  repo.git('merge', '-q', '--no-commit', '--no-ff', 'purged');
  expect(await look()).toEqual([]);
  expect(await idsIn(repo)).toEqual([]);
});

test('killed at any system call: nothing is lost or doubled, and the next write settles the rest', async () => {
  // Each of them in the long form.
  const step = LONG ? 1 : 11;
  for (let dieAt = 1; ; dieAt += step) {
    const workspace = await testWorkspace();
    const uids = new Set<string>();
    const send = async (subject: string, recipients: string[], uid: string) => {
      uids.add(uid);
      await workspace.send({ subject, uid }, recipients);
    };
    await send('First', ['gpt'], 'a');
    workspace.options.tick(1000);
    await send('Second', ['gemini', 'claude'], 'b');
    // As two branches had it: the second one has the id of the first, and the first is dead, too, and that twice.
    for (const file of ['gemini-inbox.md', 'claude-inbox.md']) workspace.write(file, workspace.read(file).replaceAll('msg-002', 'msg-001'));
    const block = /### Message[\s\S]*?```\n(?=\n)/.exec(workspace.read('gpt-inbox.md'))?.[0] ?? '';
    workspace.write('dead-letters.md', `# Dead Letters\n\n${block}\n${block}`);
    let calls = 0;
    const fs = new Proxy(nodeFileSystem, {
      get: (target, name: keyof FileSystem) => {
        const call = target[name];
        if (typeof call !== 'function') return call;
        return (...args: unknown[]) => {
          calls += 1;
          if (calls >= dieAt) throw new Error('killed');
          return (call as (...given: unknown[]) => unknown)(...args);
        };
      },
    });
    await workspace
      .reopen(fs)
      .check({ reconcile: true })
      .catch(() => undefined);
    for (const name of ['lock', 'lock-records']) rmSync(path.join(workspace.root, '.state', name), { recursive: true, force: true });
    const store = workspace.reopen();
    await store.check({ reconcile: true });
    const copies = await store.list({ sections: EVERY_SECTION });
    expect(copies.map(({ inbox, section, message }) => `${inbox} ${message.uid} ${section}`).sort(), `${dieAt}`).toEqual([
      'claude b active',
      'gemini b active',
      'gpt a dead',
    ]);
    const idOf = (uid: string) => [...new Set(copies.filter(({ message }) => message.uid === uid).map(({ message }) => message.id))];
    expect([idOf('a'), idOf('b')]).toEqual([['msg-001'], [expect.stringMatching(/^msg-00[3-9]$/)]]);
    expect((await store.check()).problems).toEqual([]);
    workspace.dispose();
    if (calls < dieAt) {
      expect(dieAt).toBeGreaterThan(30);
      return;
    }
  }
}, 240_000);
