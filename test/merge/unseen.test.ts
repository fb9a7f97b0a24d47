import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { draftFrom } from './branches.ts';
import { repository, type TestRepository } from './repository.ts';

const now = () => Date.parse('2026-01-17T12:00:00.000Z');

async function send({ open }: TestRepository, subject: string, second: number): Promise<void> {
  const store = open(now);
  const draft = draftFrom('claude', subject, () => now() + second * 1000);
  await store.deliver({ draft, recipients: ['gpt'] });
  await store.close();
}

/** The ids of gpt's messages after the next write. */
async function idsIn(repo: TestRepository): Promise<string[]> {
  await send(repo, 'the next', 3);
  const store = repo.open(now);
  const copies = await store.list({ sections: ['active'] });
  await store.close();
  return copies.map(({ message }) => `${message.id} ${message.subject}`).sort();
}

/** As a clone of its own, which knows of no other's ids. */
function forgetful({ root }: TestRepository): void {
  rmSync(join(root, '.state'), { recursive: true, force: true });
}

test.each(['before', 'after'])('ids that a squash brought twice are settled by a write %s its commit', async (when) => {
  const repo = await repository();
  repo.git('checkout', '-q', '-b', 'side');
  await send(repo, 'from the side', 1);
  repo.commit('side');
  repo.git('checkout', '-q', 'main');
  forgetful(repo);
  await send(repo, 'from here', 2);
  repo.commit('here');
  repo.git('merge', '-q', '--squash', 'side');
  if (when === 'after') repo.git('commit', '-q', '-m', 'squashed');
  expect(await idsIn(repo)).toEqual(['msg-001 from the side', 'msg-002 from here', 'msg-003 the next']);
});

test('ids that a stash brought twice are settled', async () => {
  const repo = await repository();
  await send(repo, 'put aside', 1);
  repo.git('stash', '-q');
  forgetful(repo);
  await send(repo, 'from here', 2);
  repo.commit('here');
  repo.git('stash', 'pop', '-q');
  expect(await idsIn(repo)).toEqual(['msg-001 put aside', 'msg-002 from here', 'msg-003 the next']);
});
