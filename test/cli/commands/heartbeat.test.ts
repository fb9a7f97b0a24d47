import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../../src/cli/width.ts';
import { testWorkspace } from './workspace.ts';

describe('comms heartbeat', () => {
  test('says who is there, and what was said so far', async () => {
    const { comms } = testWorkspace();
    expect(await comms('heartbeat --as gpt')).toEqual({ exit: 0, out: 'gpt is there.\n', err: '' });
    expect((await comms('heartbeat --as codex --status busy --task "Fix the login"')).out).toBe('gpt is there: busy, Fix the login.\n');
    expect((await comms('heartbeat', { env: { COMMS_AGENT: 'gpt' } })).out).toBe('gpt is there: busy, Fix the login.\n');
    expect((await comms('heartbeat --as gpt --no-task')).out).toBe('gpt is there: busy.\n');
    expect((await comms('heartbeat --as gpt --quiet')).out).toBe('');
  });

  test('answers with the heartbeat in JSON', async () => {
    const { json } = testWorkspace();
    expect((await json('heartbeat --as gpt --task x')).data).toEqual({
      agent: 'gpt',
      status: null,
      current_task: 'x',
      last_heartbeat: '2026-01-17T12:00:00.000Z',
    });
    expect((await json('heartbeat --as gpt --task ""')).data).toMatchObject({ current_task: null });
  });

  test.each([
    ['heartbeat', 2, 'NO_IDENTITY'],
    ['heartbeat --as gtp', 3, 'UNKNOWN_AGENT'],
    ['heartbeat --as ../gpt', 3, 'UNKNOWN_AGENT'],
    ['heartbeat --as gpt --status ""', 2, 'USAGE'],
    ['heartbeat --as gpt --status " "', 2, 'USAGE'],
    [`heartbeat --as gpt --status ${'s'.repeat(101)}`, 2, 'USAGE'],
    [`heartbeat --as gpt --task ${'t'.repeat(501)}`, 2, 'USAGE'],
  ])('%s is refused with %d', async (line, exit, code) => {
    expect(await testWorkspace().json(line)).toMatchObject({ exit, error: { code } });
  });
});

describe('comms agents', () => {
  test('shows who is online, stale and offline, what each does and how much waits', async () => {
    const { comms, sent, pass } = testWorkspace();
    await comms('heartbeat --as gpt --status busy --task "the\u001bfix"');
    pass(200_000);
    await comms('heartbeat --as claude');
    for (let n = 0; n < 3; n += 1) await sent();
    await comms('claim 2 --as gpt');
    await comms('block 3 --as gpt --reason R');
    pass(100_000);
    expect((await comms('agents')).out).toBe(
      [
        'claude  online   last seen 1m ago  idle',
        '  0 pending, 0 in progress, 0 done, 0 errors',
        'gpt     stale    last seen 5m ago  busy',
        '  1 pending, 1 in progress, 1 blocked, 0 done, 0 errors',
        '  task: the\\x1bfix',
        '  also: codex',
        'gemini  offline  never seen        idle',
        '  0 pending, 0 in progress, 0 done, 0 errors',
        '',
      ].join('\n'),
    );
    expect((await comms('agents list --quiet')).out).toBe('claude\ngpt\ngemini\n');
    pass(600_000);
    expect((await comms('agents')).out).toContain('gpt     offline  last seen 15m ago  idle\n');
  });

  test('fits 50 columns', async () => {
    const { comms, sent } = testWorkspace();
    for (let n = 0; n < 12; n += 1) await sent();
    await comms('fail 1 --as gpt --error x');
    await comms('claim 2 --as gpt');
    await comms('heartbeat --as gpt --status busy --task "Fix the login"');
    for (const line of ['agents', 'agents show gpt', 'agents show claude']) {
      const lines = (await comms(line)).out.split('\n');
      expect(lines.filter((text) => displayWidth(text) > 50)).toEqual([]);
    }
  });
});

describe('comms agents show', () => {
  test('tells how one does', async () => {
    const { comms, sent, pass } = testWorkspace();
    for (let n = 0; n < 3; n += 1) await sent();
    await comms('claim 1 --as gpt --lease 10m');
    await comms('fail 2 --as gpt --error "no\u001bnetwork"');
    await comms('heartbeat --as gpt --status busy --task "Fix the login"');
    pass(180_000);
    expect((await comms('agents show codex')).out).toBe(
      [
        'gpt  stale  last seen 3m ago',
        '2 pending, 1 in progress, 0 done, 1 error',
        'also: codex',
        'status: busy',
        'task: Fix the login',
        'channels: general',
        'oldest waiting: msg-002, for 3m',
        'works on: msg-001 until 2026-01-17T12:10:00Z (7m)',
        'last error: msg-002: no\\x1bnetwork',
        '',
      ].join('\n'),
    );
    expect((await comms('agents show gpt --quiet')).out).toBe('stale\n');
  });

  test('says so where there is nothing', async () => {
    const { out } = await testWorkspace().comms('agents show gemini');
    expect(out).toContain('gemini  offline  never seen\n0 pending, 0 in progress, 0 done, 0 errors\nstatus: idle\n');
    expect(out).toContain('oldest waiting: nothing\n');
  });

  test.each([
    ['agents show', 2, 'USAGE'],
    ['agents show gtp', 3, 'UNKNOWN_AGENT'],
  ])('%s is refused with %d', async (line, exit, code) => {
    expect(await testWorkspace().json(line)).toMatchObject({ exit, error: { code } });
  });
});
