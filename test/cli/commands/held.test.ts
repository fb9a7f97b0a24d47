import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/store/store.ts';
import { testWorkspace } from './workspace.ts';

/** msg-001 from claude is held for gpt and gemini, a minute later msg-002 from gpt for claude. */
async function withHeld(config?: object) {
  const workspace = testWorkspace();
  if (config) writeFileSync(join(workspace.root, 'config.json'), JSON.stringify(config));
  const { json, pass, store } = workspace;
  const hold = async (line: string, recipients: string[]) => {
    const { data } = await json(`${line} --type INFO --subject Hello --details x --dry-run`);
    const { id: _, recipient: __, ...draft } = data.message;
    await store.deliver({ draft: draft as Draft, recipients, hold: 'Task t1 is of gemini.\u001b[31m' });
  };
  await hold('send --from claude --to gpt,gemini', ['gpt', 'gemini']);
  pass(60_000);
  await hold('send --from gpt --to claude --priority high', ['claude']);
  return workspace;
}

const ORCHESTRATED = {
  version: '1.0',
  store: 'files',
  agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} },
  communication: { orchestrators: ['gemini'] },
};

describe('comms held list', () => {
  test('the oldest first, with for whom, since when and why', async () => {
    const { comms } = await withHeld();
    const { exit, out, err } = await comms('held');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toBe(
      [
        'msg-001  INFO  medium  HELD  claude → gpt, gemini  1m ago',
        '  Hello',
        '  held 1m ago: Task t1 is of gemini.\\x1b[31m',
        'msg-002  INFO  high  HELD  gpt → claude  just now',
        '  Hello',
        '  held just now: Task t1 is of gemini.\\x1b[31m',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['held list --sender gpt', 'msg-002\n'],
    ['held list --as codex', 'msg-001\n'],
    ['held list --as gemini -n 1', 'msg-001\n'],
    ['held list --type QUERY', ''],
  ])('%s', async (line, ids) => {
    expect((await (await withHeld()).comms(`${line} --quiet`)).out).toBe(ids);
  });

  test('says that there are none, and none for this agent', async () => {
    expect(await testWorkspace().comms('held')).toEqual({ exit: 0, out: '', err: 'No held messages.\n' });
    const { comms } = await withHeld(ORCHESTRATED);
    expect((await comms('held list --as claude')).err).toBe('No held messages that claude may decide over.\n');
  });
});

describe('comms held read', () => {
  test('shows it, why, and what next', async () => {
    const { comms } = await withHeld();
    const { out } = await comms('held read 1');
    expect(out).toMatch(/^msg-001 {2}INFO {2}medium {2}HELD\n/);
    expect(out).toContain('held because: Task t1 is of gemini.\\x1b[31m\n');
    expect(out).toContain('held since: 1m ago\nfor: gpt, gemini\n');
    expect(out).toMatch(/Next:\n {2}comms held release msg-001\n {2}comms held reject msg-001 --reason "…"\n$/);
  });

  test('of what is not held it says where it stands', async () => {
    const { comms, json, sent } = await withHeld();
    await sent();
    expect((await json('held read 3')).error).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await comms('held read 9')).toMatchObject({ exit: 3, err: expect.stringContaining('comms held list') });
  });
});

describe('comms held release', () => {
  test('lets it go to everybody, as a person unless COMMS_AGENT or --as says who', async () => {
    const { comms, json } = await withHeld();
    expect(await comms('held release 1')).toEqual({ exit: 0, out: 'msg-001  released to gpt, gemini\n', err: '' });
    expect((await comms('inbox --as gpt --quiet')).out).toBe('msg-001\n');
    expect((await comms('track 1')).out).toContain('released: by a person, 2026-01-17T12:01:00.000Z');
    await json('held release 2 --note agreed', { env: { COMMS_AGENT: 'gemini' } });
    const { out } = await comms('track 2');
    expect(out).toContain('released: by gemini, 2026-01-17T12:01:00.000Z\n');
    expect(out).toContain('release note: agreed\n');
  });

  test('of several it tells what came of each, and ends with the first failure', async () => {
    const { comms, json } = await withHeld();
    const { exit, data } = await json('held release 1 2 9 --as codex');
    expect({ exit, data }).toEqual({
      exit: 7,
      data: {
        released: [{ id: 'msg-001', recipients: ['gpt', 'gemini'] }],
        failed: [
          { id: '2', code: 'REFUSED', message: 'gpt may not decide over the held message msg-002.' },
          { id: '9', code: 'MESSAGE_NOT_FOUND', message: expect.any(String) },
        ],
      },
    });
    const both = await comms('held release 1 2');
    expect(both).toMatchObject({ exit: 5, out: 'msg-002  released to claude\n' });
    expect(both.err).toContain('Message msg-001 is not held any more: it was released by gpt');
  });

  test('of several that all fail the first is the error, and the others are told, too', async () => {
    const { comms, json } = await withHeld();
    const { exit, ok, error } = await json('held release 8 9');
    expect({ exit, ok, error }).toMatchObject({
      ...{ exit: 3, ok: false },
      error: { code: 'MESSAGE_NOT_FOUND', details: { id: 'msg-008', failed: [{ id: '8' }, { id: '9' }] } },
    });
    const { out, err } = await comms('held release 8 9');
    expect(out).toBe('');
    expect(err.match(/^.*There is no message.*$/gm)).toEqual([
      'There is no message msg-009 among the held ones.',
      'comms: There is no message msg-008 among the held ones.',
    ]);
    expect((await comms('held release 8 9 -q')).err).toContain('comms: There is no message msg-008');
  });

  test('only orchestrators, where there are any', async () => {
    const { comms, json } = await withHeld(ORCHESTRATED);
    const { exit, error } = await json('held release 1 --as codex');
    expect({ exit, error }).toMatchObject({ exit: 7, error: { code: 'REFUSED', hint: expect.stringContaining('gemini') } });
    expect((await comms('held release 1 --as gemini')).exit).toBe(0);
  });
});

describe('comms held reject', () => {
  test('needs a reason, which the sender is told', async () => {
    const { comms, json } = await withHeld();
    expect((await json('held reject 1')).error).toMatchObject({ code: 'USAGE' });
    expect((await json('held reject 1 --reason " "')).error).toMatchObject({ code: 'USAGE' });
    expect(await comms('held reject 1 --as gemini --reason -', { stdin: 'Ask gemini first.\n' })).toEqual({
      exit: 0,
      out: 'msg-001  rejected, and not for gpt, gemini; claude is told why\n',
      err: '',
    });
    expect((await comms('read 3')).out).toContain('Message msg-001 to gpt, gemini was held and rejected by gemini: Ask gemini first.');
    const { out } = await comms('track 1');
    expect(out).toContain('gpt: failed (rejected)\n');
    expect(out).toContain('rejected by: gemini\n');
    expect((await comms('dead redrive 1')).out).toContain('msg-001  is held again, and waits for a decision\n');
    expect((await comms('held list --quiet')).out).toBe('msg-001\nmsg-002\n');
  });
});

describe('elsewhere', () => {
  test('track, sent, read and status say that it is held, and why', async () => {
    const { comms, json } = await withHeld();
    expect((await comms('track 2')).out).toContain('claude: held\n  held because: Task t1 is of gemini.\\x1b[31m\n');
    expect((await comms('track 2 --quiet')).out).toBe('claude held\n');
    expect((await comms('sent --as gpt')).out).toContain('HELD  gpt → claude');
    expect((await comms('sent --as gpt')).out).toContain('  claude: held: Task t1 is of gemini.\\x1b[31m');
    expect((await comms('read 2')).out).toContain('found in: claude, held');
    expect((await comms('status')).out).toMatch(/\nHeld: msg-001, msg-002\n$/);
    expect((await json('status')).data).not.toHaveProperty('held');
    expect((await comms('inbox --as claude --all --quiet')).out).toBe('');
    expect((await json('claim 2 --as claude')).error).toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
      hint: expect.stringContaining('held read'),
    });
  });
});
