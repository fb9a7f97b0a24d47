import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ringBell } from '../../src/cli/watch/bell.ts';
import { createNotice, noticeProgram } from '../../src/cli/watch/desktop-notice.ts';
import { endAfter } from '../../src/cli/watch/end-after.ts';
import type { MessageEvent } from '../../src/cli/watch/event-data.ts';
import { createExec } from '../../src/cli/watch/run-exec.ts';
import { templateOf } from '../../src/message/template.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { filesWorkspace, send, startWatch } from './watch-harness.ts';

const arrival = (change: Partial<MessageEvent['message']> = {}): MessageEvent => ({
  event: 'message',
  agent: 'gpt',
  section: 'active',
  at: '2026-01-17T12:00:00Z',
  message: { ...templateOf('INFO', { sender: 'claude', recipient: 'gpt', id: 'msg-001' }), ...change },
});

function exec(command: string, options: { cwd?: string; signal?: AbortSignal } = {}) {
  const warnings: string[] = [];
  const { cwd = temporaryDirectory(), signal = new AbortController().signal } = options;
  const made = createExec({
    command,
    workspace: '/ws',
    cwd,
    env: process.env,
    signal,
    warn: (text) => warnings.push(text),
    stdoutIsTaken: true,
  });
  const out = () => (existsSync(join(cwd, 'out')) ? readFileSync(join(cwd, 'out'), 'utf8') : '');
  return { ...made, warnings, out };
}

describe.skipIf(process.platform === 'win32')('--exec', () => {
  test('hands over the message on stdin and in the environment', async () => {
    const { run, settled, out } = exec(
      'echo "$COMMS_EVENT|$COMMS_AGENT|$COMMS_WORKSPACE|$COMMS_MESSAGE_ID|$COMMS_MESSAGE_TYPE|$COMMS_MESSAGE_SENDER" > out; cat >> out',
    );
    run(arrival({ subject: 'Übung' }));
    await settled();
    const [head, body] = out().split('\n');
    expect(head).toBe('message|gpt|/ws|msg-001|INFO|claude');
    expect(JSON.parse(body ?? '')).toEqual(arrival({ subject: 'Übung' }).message);
  });

  test('nothing of a message is run, whatever it says', async () => {
    const { run, settled, out, warnings } = exec('printf "%s\\n" "$COMMS_MESSAGE_SENDER" > out');
    run(arrival({ id: '$(touch pwned)', sender: '`touch pwned`"; touch pwned; "\u0000\u001b[2J' }));
    await settled();
    expect(out()).toBe('`touch pwned`"; touch pwned; "\\x00\\x1b[2J\n');
    expect(warnings).toEqual([]);
  });

  test('one after another, in order', async () => {
    const { run, settled, out } = exec('echo "begin $COMMS_MESSAGE_ID" >> out; cat > /dev/null; echo "end $COMMS_MESSAGE_ID" >> out');
    for (const id of ['msg-001', 'msg-002', 'msg-003']) run(arrival({ id }));
    await settled();
    const lines = ['msg-001', 'msg-002', 'msg-003'].flatMap((id) => [`begin ${id}`, `end ${id}`]);
    expect(out().trim().split('\n')).toEqual(lines);
  });

  test('a failure is reported, and the next one runs', async () => {
    const { run, settled, out, warnings } = exec('echo x >> out; exit 3');
    run(arrival());
    run(arrival({ id: 'msg-002' }));
    await settled();
    expect(out()).toBe('x\nx\n');
    expect(warnings[0]).toBe('--exec for msg-001 ended with exit status 3; watching goes on');
    expect(warnings).toHaveLength(2);
  });

  test('a command that reads nothing is no failure', async () => {
    const { run, settled, warnings } = exec('true');
    run(arrival({ content: { details: 'x'.repeat(2_000_000), context: {}, attachments: [] } }));
    await settled();
    expect(warnings).toEqual([]);
  });

  test('the signal ends the whole pipeline, and nothing begins after it', async () => {
    const controller = new AbortController();
    const { run, settled, out, warnings } = exec('echo began >> out; sleep 60 | cat', { signal: controller.signal });
    run(arrival());
    run(arrival({ id: 'msg-002' }));
    await vi.waitFor(() => expect(out()).toBe('began\n'), { timeout: 5000 });
    controller.abort('SIGTERM');
    await settled();
    expect(out()).toBe('began\n');
    expect(warnings).toEqual([]);
  });

  test('runs for arrivals, not for what waited; with --waiting for both; --once waits for its end', async () => {
    for (const [more, expected] of [
      [[], ['message msg-002']],
      [['--waiting', '--timeout', '1s'], ['waiting msg-001']],
    ] as const) {
      const root = filesWorkspace();
      await send(root, 'Waits');
      const watching = startWatch(root, [
        '--as',
        'gpt',
        '--json',
        '--once',
        '--exec',
        'sleep 0.1; echo "$COMMS_EVENT $COMMS_MESSAGE_ID" >> out',
        ...more,
      ]);
      if (more.length === 0) {
        await watching.ready();
        await send(root, 'Comes');
      }
      expect(await watching.exit).toBe(0);
      expect(readFileSync(join(root, 'out'), 'utf8').trim().split('\n')).toEqual(expected);
    }
  });
});

describe('--bell', () => {
  test('rings only at a terminal', () => {
    const written: string[] = [];
    ringBell({ isTty: false, write: (text) => written.push(text) });
    expect(written).toEqual([]);
    ringBell({ isTty: true, write: (text) => written.push(text) });
    expect(written).toEqual(['\u0007']);
  });
});

describe('--notify', () => {
  test('one warning where it cannot', async () => {
    const warnings: string[] = [];
    const notice = createNotice({ warn: (text) => warnings.push(text), run: () => Promise.reject(new Error('spawn notify-send ENOENT')) });
    notice(arrival());
    notice(arrival());
    await vi.waitFor(() => expect(warnings).toEqual(['--notify does not work here: spawn notify-send ENOENT']));
  });

  test.each(['linux', 'darwin', 'win32'] as const)('%s: what a message says is never part of a script', (platform) => {
    const evil = '"; $(touch x) `y` <b>\u001b[0m';
    const { file, args, env = {} } = noticeProgram(arrival({ subject: evil, id: '--help' }), platform);
    const scripts = platform === 'linux' ? [file] : [file, args[platform === 'darwin' ? 1 : 3] ?? ''];
    expect(scripts.join()).not.toMatch(/touch|--help/);
    expect([...args, ...Object.values(env)].join()).toContain('touch');
    expect([...args, ...Object.values(env)].join()).not.toContain('\u001b');
    if (platform === 'linux') expect(args.slice(0, 3)).toEqual(['--app-name=comms', '--', '--help INFO for gpt']);
  });
});

test('a limit longer than a timer can be does not end at once', () => {
  vi.useFakeTimers();
  const ended = vi.fn();
  endAfter(30 * 86_400_000, ended);
  vi.advanceTimersByTime(29 * 86_400_000);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(86_400_000);
  expect(ended).toHaveBeenCalledOnce();
  vi.useRealTimers();
});
