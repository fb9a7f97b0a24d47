// What only a process shows: signals, pipes, and the standard streams of --exec. Built by `npm test` before.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { filesWorkspace, type Heard, listen, send } from './watch-harness.ts';

const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
/** Between a signal and the end. */
const AT_ONCE_MS = 1_500;

function watchProcess(root: string, argv: string[]): { child: ChildProcess; out: Heard; err: Heard; exit: Promise<unknown[]> } {
  const child = spawn(process.execPath, [BIN, 'watch', '--as', 'gpt', ...argv], { cwd: root, env: { PATH: process.env.PATH } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [out, err] = [listen(), listen()];
  child.stdout.setEncoding('utf8').on('data', out.write);
  child.stderr.setEncoding('utf8').on('data', err.write);
  return { child, out, err, exit: once(child, 'exit') };
}

describe.skipIf(process.platform === 'win32')('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with %d, cleanly and at once', async (signal, status) => {
    const { child, out, err, exit } = watchProcess(filesWorkspace(), ['--json']);
    await out.until(() => out.text().includes('"ready"'));
    const start = performance.now();
    child.kill(signal);
    expect(await exit).toEqual([status, null]);
    expect(performance.now() - start).toBeLessThan(AT_ONCE_MS);
    expect(err.text()).toBe('');
  });

  test('reaches every part of the command of --exec', async () => {
    const root = filesWorkspace();
    const { child, out, exit } = watchProcess(root, ['--exec', "(trap 'echo > ended; exit' TERM; echo > began; sleep 60 & wait) | cat"]);
    await out.until(() => out.text().includes('ready'));
    await send(root, 'Comes');
    await vi.waitFor(() => expect(existsSync(join(root, 'began'))).toBe(true), { timeout: 5000 });
    const start = performance.now();
    child.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
    expect(performance.now() - start).toBeLessThan(AT_ONCE_MS);
    await vi.waitFor(() => expect(existsSync(join(root, 'ended'))).toBe(true), { timeout: 5000 });
  });
});

test('--json keeps stdout for events: what --exec prints goes to stderr', async () => {
  const root = filesWorkspace();
  const { out, err, exit } = watchProcess(root, ['--json', '--once', '--exec', 'echo printed; exit 3']);
  await out.until(() => out.text().includes('"ready"'));
  await send(root, 'Comes');
  expect(await exit).toEqual([0, null]);
  expect(out.events().map(({ event }) => event)).toEqual(['ready', 'message']);
  await err.until(() => err.text().includes('exit status 3'));
  expect(err.text()).toBe('printed\ncomms: warning: --exec for msg-001 ended with exit status 3; watching goes on\n');
});

test.skipIf(process.platform === 'win32')('a reader that leaves ends it without noise', async () => {
  const root = filesWorkspace();
  await send(root, 'Waits');
  const pipe = spawn('bash', ['-c', `set -o pipefail; "${process.execPath}" "${BIN}" watch --as gpt --json | head -1`], { cwd: root });
  const [out, err] = [listen(), listen()];
  pipe.stdout.setEncoding('utf8').on('data', out.write);
  pipe.stderr.setEncoding('utf8').on('data', err.write);
  const exit = once(pipe, 'exit');
  await out.until(() => out.text().includes('msg-001'));
  // It notices when it has something to say.
  await send(root, 'Comes');
  expect(await exit).toEqual([0, null]);
  expect(err.text()).toBe('');
});
