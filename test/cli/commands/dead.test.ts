import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

/** Three dead letters of gpt: msg-001 rejected, msg-002 expired, msg-003 failed; each died a minute after the other. */
async function withDead() {
  const workspace = testWorkspace();
  const { comms, sent, pass } = workspace;
  await sent();
  await sent('--ttl 90s');
  await sent('--priority high');
  pass(60_000);
  await comms('claim 1 --as gpt');
  await comms('fail 1 --as gpt --error "no such file" --reject');
  pass(60_000);
  await comms('sweep');
  pass(60_000);
  for (let n = 0; n < 3; n++) await comms('fail 3 --as gpt --error red');
  return workspace;
}

describe('comms dead list', () => {
  test('the latest first, with why, when, how often and the last error', async () => {
    const { comms } = await withDead();
    const { exit, out, err } = await comms('dead');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toBe(
      [
        'msg-003  INFO  high  DEAD (failed)  claude → gpt  3m ago',
        '  Hello',
        '  dead just now, 3 attempts: red',
        'msg-002  INFO  medium  DEAD (expired)  claude → gpt  3m ago',
        '  Hello',
        '  dead 1m ago, never taken',
        'msg-001  INFO  medium  DEAD (rejected)  claude → gpt  3m ago',
        '  Hello',
        '  dead 2m ago, 1 attempt: no such file',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['dead list --reason expired', 'msg-002\n'],
    ['dead list --priority high', 'msg-003\n'],
    ['dead list --inbox codex', 'msg-003\nmsg-002\nmsg-001\n'],
    ['dead list --as GPT -n 1', 'msg-003\n'],
    ['dead list --inbox claude', ''],
  ])('%s', async (line, ids) => {
    expect((await (await withDead()).comms(`${line} --quiet`)).out).toBe(ids);
  });

  test('says that there are none, and that none fit', async () => {
    const { comms } = testWorkspace();
    expect(await comms('dead list')).toEqual({ exit: 0, out: '', err: 'No dead letters.\n' });
    expect((await comms('dead list --inbox gpt --reason failed')).err).toBe('No dead letters of gpt that fit these filters.\n');
    expect((await comms('dead list --inbox gtp')).exit).toBe(3);
    expect((await comms('dead list --inbox gpt --as gpt')).exit).toBe(2);
  });
});

describe('comms dead read', () => {
  test('says why it is one, and what may be done', async () => {
    const { out } = await (await withDead()).comms('dead read 1');
    expect(out).toContain('last error: no such file\n');
    expect(out).toContain('dead because: rejected\ndead since: 2026-01-17T12:01:00.000Z (2m ago)\ninbox: gpt\n');
    expect(out).toContain('  comms dead redrive msg-001 --inbox gpt\n');
  });

  test('of several copies the one that is asked for', async () => {
    const { comms, json } = testWorkspace();
    await json('send --from claude --to gpt,gemini --type INFO --subject Hello --details "x"');
    for (const agent of ['gpt', 'gemini']) await comms(`fail 1 --as ${agent} --error ${agent} --reject`);
    expect((await json('dead read 1 --inbox gemini')).data.message.delivery?.last_error).toBe('gemini');
    expect((await comms('dead read 1')).err).toContain('2 copies of it are dead; --inbox ');
  });

  test('what is not dead is no dead letter', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    expect(await json('dead read 1')).toMatchObject({ exit: 5, error: { code: 'WRONG_STATUS' } });
    expect(await json('dead read 9')).toMatchObject({ exit: 3, error: { code: 'MESSAGE_NOT_FOUND' } });
  });
});

describe('comms dead redrive', () => {
  test('says where it went, and track shows the sender that it waits', async () => {
    const { comms, json } = await withDead();
    const { exit, out } = await comms('dead redrive 1');
    expect({ exit, out }).toEqual({
      exit: 0,
      out: 'msg-001  waits for gpt again\ncomms track msg-001 shows what becomes of it.\n',
    });
    expect((await json('track 1')).data.deliveries).toMatchObject([{ recipient: 'gpt', outcome: 'delivered', status: 'PENDING' }]);
    expect((await comms('claim 1 --as gpt')).exit).toBe(0);
  });

  test('all of a reason', async () => {
    const { comms, json } = await withDead();
    expect((await json('dead redrive --all --reason expired')).data).toEqual({ redriven: [{ inbox: 'gpt', id: 'msg-002' }], failed: [] });
    expect((await comms('dead redrive --all --quiet')).out).toBe('msg-001\nmsg-003\n');
    expect(await comms('dead redrive --all')).toEqual({ exit: 0, out: '', err: 'No dead letters to put back.\n' });
  });

  test('one of several ids that is not dead stops all', async () => {
    const { comms, json, sent } = await withDead();
    await sent();
    expect(await json('dead redrive 1 4')).toMatchObject({ exit: 5, error: { code: 'WRONG_STATUS' } });
    expect((await comms('dead list -q')).out).toContain('msg-001');
  });

  test('nobody is meant without an id or --all', async () => {
    const { comms } = await withDead();
    expect((await comms('dead redrive')).exit).toBe(2);
    expect((await comms('dead redrive --reason failed')).exit).toBe(2);
    expect((await comms('dead redrive 1 --all')).exit).toBe(2);
  });

  test('what cannot go back is reported, the rest goes', async () => {
    const { comms, json, store } = await withDead();
    await store.addInbox('codex');
    const [copy] = await store.find('msg-001');
    if (!copy) throw new Error('msg-001 is gone');
    const message = { ...copy.message, id: 'msg-050', recipient: 'mistral', uid: 'x' };
    await store.addInbox('mistral');
    await store.restore({ copies: [{ inbox: 'mistral', section: 'dead', message }], lastNumber: 50 });
    await store.removeInbox('mistral');
    const { exit, data } = await json('dead redrive --all');
    expect(exit).toBe(3);
    expect(data).toMatchObject({ failed: [{ inbox: 'mistral', id: 'msg-050', code: 'UNKNOWN_AGENT' }] });
    expect((await comms('dead list -q --inbox mistral')).out).toBe('msg-050\n');
    expect((await comms('dead purge --inbox mistral -q')).out).toBe('msg-050\n');
  });
});

describe('comms dead purge', () => {
  test('refuses to delete everything by mistake', async () => {
    const { comms } = await withDead();
    const { exit, err } = await comms('dead purge');
    expect(exit).toBe(2);
    expect(err).toContain('or say --all');
    expect((await comms('dead list -q')).out).toBe('msg-003\nmsg-002\nmsg-001\n');
  });

  test.each([
    ['dead purge --older-than 2m', 'msg-001\n'],
    ['dead purge --reason expired', 'msg-002\n'],
    ['dead purge 1 3', 'msg-001\nmsg-003\n'],
    ['dead purge --all', 'msg-001\nmsg-002\nmsg-003\n'],
    ['dead purge --older-than 1d', ''],
  ])('%s, and the same as a dry run', async (line, ids) => {
    const { comms } = await withDead();
    const left = (await comms('dead list -q')).out.split('\n').filter((id) => id !== '' && !ids.includes(id));
    expect((await comms(`${line} --dry-run -q`)).out.split('\n').sort()).toEqual(ids.split('\n').sort());
    expect((await comms('dead list -q')).out.split('\n')).toHaveLength(4);
    expect((await comms(`${line} -q`)).out).toBe(ids);
    expect((await comms('dead list -q')).out.split('\n').filter((id) => id !== '')).toEqual(left);
  });

  test('what is gone is gone, and says so', async () => {
    const { comms, json } = await withDead();
    expect((await comms('dead purge 1')).out).toBe('msg-001  gpt  deleted\n');
    expect((await json('read 1')).error.code).toBe('MESSAGE_NOT_FOUND');
    expect((await comms('dead purge --older-than 9d')).err).toBe('No dead letters to delete.\n');
  });
});

describe('comms fail --reject', () => {
  test('says that it is in the dead letters', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    expect((await comms('fail 1 --as gpt --error "makes no sense" --reject')).out).toBe(
      'Failed msg-001 (INFO from claude), attempt 1 of 3: rejected; it is in the dead letters now.\n',
    );
  });
});
