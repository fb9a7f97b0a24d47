import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { comms, filesWorkspace, listen } from './watch-harness.ts';

const HELLO = ['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'Hello', '--details', 'x'];

/** A workspace of files in which everybody may send `messages` at once, and as many in `per`. */
function workspace(messages: number, per: string): string {
  const root = filesWorkspace();
  const config = { version: '1.0', agents: { claude: {}, gpt: {}, gemini: {} }, rate_limits: { sender: { messages, per } } };
  writeFileSync(join(root, 'config.json'), JSON.stringify(config));
  return root;
}

const messagesIn = async (root: string) => JSON.parse((await comms(root, ['inbox', '--as', 'gpt', '--json'])).out).data.total;

describe('comms send under a rate limit', () => {
  test('is refused with 7, and says whose it is, when to try again, and how to wait', async () => {
    const root = workspace(1, '1h');
    expect(await comms(root, HELLO)).toMatchObject({ exit: 0 });
    const { exit, out, err } = await comms(root, HELLO);
    expect([exit, out]).toEqual([7, '']);
    expect(err).toMatch(/^comms: The rate limit of claude is reached: the next message may go in 3600 s, at 20\S+Z\.\nhint: .*--wait\.\n$/);
    const { error } = JSON.parse((await comms(root, [...HELLO, '--json'])).out);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', details: { limit: 'claude', retry_after_ms: expect.any(Number) } });
    expect(Date.parse(error.details.retry_at)).toBeGreaterThan(Date.now() + 3_500_000);
    expect((await comms(root, ['agents', 'show', 'claude'])).out).toMatch(/may send: nothing until 20\S+Z\n/);
    expect(await messagesIn(root)).toBe(1);
  });

  test('with --wait goes when it may, and says what it waits for', async () => {
    const root = workspace(1, '2s');
    const [first, second] = [await comms(root, HELLO), await comms(root, [...HELLO, '--wait'])];
    expect([first.exit, second.exit]).toEqual([0, 0]);
    expect(second.out).toBe('Sent msg-002 to gpt (INFO, medium).\n');
    expect(second.err).toMatch(/^The rate limit of claude is reached; waiting until 20\S+Z\.\n/);
  });

  test('--wait-timeout ends a waiting that would be in vain', async () => {
    const root = workspace(1, '1h');
    await comms(root, HELLO);
    const { exit, err } = await comms(root, [...HELLO, '--wait-timeout', '5s']);
    expect(exit).toBe(7);
    expect(err).toContain('The waiting was to end after 5s.');
    expect(await messagesIn(root)).toBe(1);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s ends the waiting with %d, and nothing is sent', async (reason, status) => {
    const root = workspace(1, '1h');
    await comms(root, HELLO);
    const [out, err, stop] = [listen(), listen(), new AbortController()];
    const exit = runCli([...HELLO, '--wait'], {
      cwd: root,
      env: { COMMS_WORKSPACE: root },
      stdin: (async function* () {})(),
      stdout: out,
      stderr: err,
      signal: stop.signal,
    });
    await err.until(() => err.text().includes('waiting until'));
    stop.abort(reason);
    expect(await exit).toBe(status);
    expect(out.text()).toBe('');
    expect(await messagesIn(root)).toBe(1);
  });

  test('--dry-run takes nothing, and says that it would be refused now', async () => {
    const root = workspace(1, '1h');
    for (let n = 0; n < 2; n += 1) expect((await comms(root, [...HELLO, '--dry-run'])).err).toBe('');
    await comms(root, HELLO);
    const { exit, err } = await comms(root, [...HELLO, '--dry-run']);
    expect([exit, err]).toEqual([0, expect.stringContaining('The rate limit of claude would refuse it until 20')]);
    expect(JSON.parse((await comms(root, [...HELLO, '--dry-run', '--json'])).out).data.limited).toMatchObject({
      limit: 'claude',
      tokens: 0,
    });
  });

  test('a whole message, an answer and an acknowledgement wait, too', async () => {
    const root = workspace(1, '300ms');
    const whole = JSON.stringify({ sender: 'claude', recipient: 'gpt', type: 'INFO', subject: 'Whole', content: { details: 'x' } });
    await comms(root, HELLO);
    expect(await comms(root, ['send', '--message', '-', '--wait'], { stdin: whole })).toMatchObject({ exit: 0 });
    await comms(root, ['send', '--from', 'gpt', '--to', 'claude', '--type', 'INFO', '--subject', 'x', '--details', 'x']);
    expect(await comms(root, ['reply', '1', '--as', 'gpt', '--details', 'x', '--wait'])).toMatchObject({ exit: 0 });
    expect(await comms(root, ['ack', '1', '--as', 'gpt', '--wait'])).toMatchObject({ exit: 0 });
  });
});

test('a workspace whose limits cannot be meant is refused with their place', async () => {
  const { exit, err } = await comms(workspace(0, '1m'), ['doctor']);
  expect(exit).toBe(6);
  expect(err).toContain('/rate_limits/sender/messages: expected a number above 0, found the number 0');
});
