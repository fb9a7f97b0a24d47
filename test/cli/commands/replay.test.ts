import { describe, expect, test } from 'vitest';
import { momentOf } from '../../../src/cli/replay/moment.ts';
import { START, testWorkspace } from './workspace.ts';

describe('comms replay', () => {
  test('lists what it sent, then what was sent before', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    const line = 'replay --id 1 --to gemini --as claude';
    expect(await comms(line)).toEqual({
      exit: 0,
      out: 'Replayed 1 message to gemini:\nmsg-002  msg-001  INFO  claude → gpt  Hello\n',
      err: '',
    });
    expect((await comms(line)).out).toBe('msg-001 was replayed before, as msg-002.\nWith --again they are replayed once more.\n');
    expect((await comms(`${line} --again --quiet`)).out).toBe('msg-003\n');
  });

  test('says what it would send', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    const { out } = await comms('replay --sender claude --to codex --as claude --dry-run');
    expect(out).toBe('Would replay 1 message to gpt:\nmsg-001  INFO  claude → gpt  Hello\n');
    expect((await json('inbox --as gpt')).data.total).toBe(1);
  });

  test.each([
    ['--since 10s', ['msg-002']],
    ['--since 10m', ['msg-001', 'msg-002']],
    ['--until 10s', ['msg-001']],
    ['--since 2026-01-17T12:00:30Z', ['msg-002']],
    ['--since 2026-01-17 --until 2026-01-17T12:00:30Z', ['msg-001']],
    ['--type INFO --limit 1', ['msg-002']],
    ['--archived', []],
    ['--all', ['msg-001', 'msg-002']],
  ])('%s chooses', async (options, ids) => {
    const { json, sent, pass } = testWorkspace();
    await sent();
    pass(60_000);
    await sent();
    const { exit, data } = await json(`replay ${options} --to gemini --as claude`);
    expect(exit).toBe(0);
    const { replays } = data as unknown as { replays: { original: { id: string } }[] };
    expect(replays.map(({ original }) => original.id)).toEqual(ids);
  });

  test('says that nothing fits, with exit 0', async () => {
    const { comms } = testWorkspace();
    const { exit, out, err } = await comms('replay --all --to gemini --as claude');
    expect({ exit, out, err }).toEqual({ exit: 0, out: '', err: 'No message fits; nothing was sent.\n' });
  });

  test('reports what cannot be sent, sends the rest, and ends with 6', async () => {
    const { comms, store, sent } = testWorkspace();
    const content = { details: 'd', context: {}, attachments: [] };
    const draft = {
      timestamp: '2026-01-17T11:00:00Z',
      sender: 'gpt',
      priority: 'low' as const,
      status: 'PENDING' as const,
      references: [],
      requires_response: true,
    };
    await store.deliver({ draft: { ...draft, type: 'QUESTION', subject: 's', content }, recipients: ['claude'] });
    await sent();
    const { exit, out, err } = await comms('replay --all --to gemini --as claude');
    expect(exit).toBe(6);
    expect(out).toBe('Replayed 1 message to gemini:\nmsg-003  msg-002  INFO  claude → gpt  Hello\n');
    expect(err).toContain('msg-001 cannot be replayed: The message is not valid: /content/context/background');
    expect(err).toContain('1 message of 2 cannot be replayed.');
  });

  test.each([
    ['nothing that chooses', 'replay --to gemini --as claude', 2, 'USAGE'],
    ['nobody to send to', 'replay --all --as claude', 2, 'USAGE'],
    ['no identity', 'replay --all --to gemini', 2, 'NO_IDENTITY'],
    ['a time that is none', 'replay --since soon --to gemini --as claude', 2, 'USAGE'],
    ['an unknown agent', 'replay --all --to nobody --as claude', 3, 'UNKNOWN_AGENT'],
    ['an unknown message', 'replay --thread 9 --to gemini --as claude', 3, 'MESSAGE_NOT_FOUND'],
  ])('refuses %s', async (_, line, exit, code) => {
    const answer = await testWorkspace().json(line);
    expect({ exit: answer.exit, code: answer.error.code }).toEqual({ exit, code });
  });
});

test.each([
  ['2h', START - 7_200_000],
  ['90', START - 90_000],
  ['2026-01-17', Date.parse('2026-01-17T00:00:00Z')],
  ['2026-01-17T12:00:00+02:00', Date.parse('2026-01-17T10:00:00Z')],
])('the moment %s', (text, ms) => expect(momentOf('--since', text, START)).toBe(ms));
