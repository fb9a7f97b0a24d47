import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { progressBar } from '../../../src/cli/progress-bar.ts';
import { testWorkspace } from './workspace.ts';

/** One archived, one completed two days ago, one dead for a day, one whose lease has run out. */
async function withWork(cleanup?: object) {
  const workspace = testWorkspace();
  const { comms, sent, pass, root } = workspace;
  if (cleanup) {
    const config = { version: '1.0', agents: { claude: {}, gpt: {}, gemini: {} }, cleanup };
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
  }
  for (let n = 0; n < 4; n++) await sent();
  await comms('done 1 --as gpt');
  await comms('archive');
  await comms('done 2 --as gpt');
  pass(86_400_000);
  await comms('fail 3 --as gpt --error x --reject');
  await comms('claim 4 --as gpt');
  pass(86_400_000);
  return workspace;
}

describe('comms sweep', () => {
  test('alone deletes and archives nothing', async () => {
    const { comms, json } = await withWork();
    expect((await comms('sweep')).out).toBe('msg-004  gpt  its lease ran out\n');
    expect((await comms('sweep')).out).toBe('Nothing is due.\n');
    expect((await json('inbox --as gpt --archived')).data.total).toBe(3);
  });

  test.each([
    ['--archive-older-than 1d', ['msg-002  gpt  archived']],
    ['--archive-older-than 3d', []],
    ['--purge-archive-older-than 2d', ['msg-001  gpt  deleted']],
    ['--purge-dead-older-than 1d', ['msg-003  gpt  deleted']],
    ['--purge-dead-older-than 25h', []],
    ['--archive-older-than 1d --purge-archive-older-than 1d', ['msg-002  gpt  archived', 'msg-001  gpt  deleted', 'msg-002  gpt  deleted']],
  ])('%s', async (options, lines) => {
    const { comms } = await withWork();
    const { out } = await comms(`sweep ${options}`);
    expect(out.trimEnd().split('\n')).toEqual(['msg-004  gpt  its lease ran out', ...lines]);
  });

  test('a dry run says what would be done, and does nothing', async () => {
    const { comms, json, store } = await withWork();
    const all = '--archive-older-than 1d --purge-archive-older-than 2d --purge-dead-older-than 1d';
    const before = await store.list({ sections: ['active', 'archived', 'dead'] });
    expect((await comms(`sweep ${all} --dry-run`)).out).toBe(
      'msg-004  gpt  its lease ran out\nmsg-002  gpt  would be archived\nmsg-001  gpt  would be deleted\nmsg-003  gpt  would be deleted\n',
    );
    expect((await json(`sweep ${all} --dry-run`)).data).toMatchObject({ dry_run: true });
    expect(await store.list({ sections: ['active', 'archived', 'dead'] })).toEqual(before);
  });

  test('what is not said comes from config.json; what is said goes before it', async () => {
    const { json } = await withWork({ archive_after: '1d', purge_dead_after: '1h' });
    expect((await json('sweep --archive-older-than 30d --dry-run')).data).toMatchObject({ archived: [] });
    expect((await json('sweep')).data).toMatchObject({
      archived: [{ inbox: 'gpt', id: 'msg-002' }],
      purged: [{ inbox: 'gpt', id: 'msg-003', section: 'dead' }],
    });
  });
});

describe('the bar', () => {
  const show = (done: number, total: number) => progressBar('deleting', { done, total }, { atLeast: 300 });

  test('shows how much of how many', () => {
    expect(show(100, 400)).toBe('deleting  ██████░░░░░░░░░░░░░░░░░░  100 of 400');
  });

  test('is not shown for few, nor when all is done', () => {
    expect([show(100, 299), show(400, 400)]).toEqual(['', '']);
  });
});
