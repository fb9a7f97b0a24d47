import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

const ids = ({ data }: { data: { messages: { id: string }[] } }) => data.messages.map(({ id }) => id);

describe('comms inbox', () => {
  test('shows what to choose by on one line, and the subject below', async () => {
    const { comms, sent, pass } = testWorkspace();
    await sent('--priority high');
    pass(120_000);
    const { exit, out, err } = await comms('inbox --as gpt');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toBe('msg-001  INFO  high  PENDING  claude → gpt  2m ago\n  Hello\n');
  });

  test('says on stderr that an inbox is empty, with exit 0', async () => {
    const { comms } = testWorkspace();
    const { exit, out, err } = await comms('inbox --as claude');
    expect({ exit, out }).toEqual({ exit: 0, out: '' });
    expect(err).toBe('No open messages for claude.\n');
  });

  test('says that nothing fits, where the filters are to blame', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    expect((await comms('inbox --as gpt --type QUERY')).err).toContain('No open messages for gpt fit these filters.\n');
  });

  test('answers an empty inbox with an empty list and no warning in JSON', async () => {
    const { json } = testWorkspace();
    expect(await json('inbox --as claude')).toEqual({ exit: 0, ok: true, data: { messages: [], places: [], total: 0 } });
  });

  test('prints the bare ids with --quiet', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await sent();
    expect(await comms('inbox --as gpt --quiet')).toEqual({ exit: 0, out: 'msg-001\nmsg-002\n', err: '' });
  });

  test('says how many there are beyond the limit', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await sent();
    const { out, err } = await comms('inbox --as gpt --limit 1');
    expect(out).not.toContain('msg-002');
    expect(err).toContain('Showing 1 of 2; --limit 0 shows all.\n');
  });

  test.each([
    ['', 50],
    ['--limit 0', 60],
    ['-n 7', 7],
  ])('shows 50 unless told otherwise: "%s"', async (option, count) => {
    const { json, sent } = testWorkspace();
    for (let n = 0; n < 60; n += 1) await sent();
    const { data } = await json(`inbox --as gpt ${option}`);
    expect({ shown: data.messages.length, total: data.total }).toEqual({ shown: count, total: 60 });
  });

  test.each([
    ['', ['msg-002', 'msg-001']],
    ['--sort oldest', ['msg-001', 'msg-002']],
    ['--sort newest', ['msg-002', 'msg-001']],
    ['--priority 9', ['msg-002']],
    ['--sender gemini', ['msg-002']],
    ['--sender CLAUDE,nobody', ['msg-001']],
    ['--type info', ['msg-001']],
    ['--type ack,info', ['msg-002', 'msg-001']],
    ['--status in_progress', []],
    ['--text WORLD', ['msg-002']],
    ['--all', ['msg-002', 'msg-001', 'msg-003']],
    ['--status completed', ['msg-003']],
  ])('filters and sorts by "%s"', async (option, expected) => {
    const { comms, json, sent, pass } = testWorkspace();
    await sent();
    pass(1000);
    await comms('send --from gemini --to gpt --type ACK --ref 1 --priority critical --subject "To the world"');
    await sent('--priority critical');
    await comms('done 3 --as gpt');
    expect(ids(await json(`inbox --as gpt ${option}`))).toEqual(expected);
  });

  test('makes visible what would move the cursor', async () => {
    const { comms } = testWorkspace();
    await comms('send --from claude --to gpt --type INFO --subject "\u001b[2JHi" --details D');
    expect((await comms('inbox --as gpt')).out).toContain('  \\x1b[2JHi\n');
  });

  test.each([
    ['inbox', 'NO_IDENTITY', 2],
    ['inbox --as nobody', 'UNKNOWN_AGENT', 3],
    ['inbox --as gpt --priority urgent', 'USAGE', 2],
    ['inbox --as gpt --type BUG', 'UNKNOWN_TYPE', 6],
    ['inbox --as gpt --status open', 'USAGE', 2],
  ])('refuses "%s" with %s', async (line, code, exit) => {
    const { json } = testWorkspace();
    const answer = await json(line);
    expect({ code: answer.error.code, exit: answer.exit }).toEqual({ code, exit });
  });
});
