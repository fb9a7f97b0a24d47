// What only a process shows: the built program, its streams and its signals. Built by `npm test` before.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../workspace/temporary.ts';

const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
const env = { PATH: process.env.PATH };

function run(args: string[], cwd: string, input?: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
  return { status, stdout, stderr };
}

it('prints data on stdout, messages on stderr, and ends with the status of the code', () => {
  const cwd = temporaryDirectory();
  expect(run(['--version'], cwd)).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
  expect(run(['where'], cwd)).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('hint: Make one with: comms init') });
  expect(run(['init'], cwd)).toMatchObject({ status: 0, stderr: '' });
  const hello = ['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'Hi', '--details', '-'];
  expect(run(hello, cwd, 'from stdin')).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(run(['inbox', '--as', 'gpt', '--json'], cwd).stdout)).toMatchObject({
    ok: true,
    data: { messages: [{ content: { details: 'from stdin' } }] },
  });
});

describe.skipIf(process.platform === 'win32')('its streams', () => {
  const shell = (line: string, cwd: string) =>
    spawnSync('bash', ['--norc', '-c', `set -o pipefail; ${line}`], { cwd, env, encoding: 'utf8' });

  it('may be closed by who reads them', () => {
    const { status, stderr } = shell(`node '${BIN}' completion zsh | true`, temporaryDirectory());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('are written whole to a slow reader', () => {
    const { stdout } = shell(`for i in 1 2 3 4 5 6; do node '${BIN}' completion zsh; done | (sleep 0.3; tail -1)`, temporaryDirectory());
    expect(stdout).toContain('compdef _comms comms');
  });

  it('may be missing', () => {
    expect(shell(`node '${BIN}' --version >&-`, temporaryDirectory()).status).not.toBeNull();
    expect(shell(`node '${BIN}' where 2>&-`, temporaryDirectory()).status).toBe(3);
  });
});

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends what waits for stdin with %d', async (signal, exit) => {
    const cwd = temporaryDirectory();
    run(['init'], cwd);
    const hello = ['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'Hi', '--details', '-'];
    // Nothing says when the program has its handlers and waits. A signal that is early kills it as it would anything: again.
    for (let delay = 400; ; delay *= 2) {
      const child = spawn(process.execPath, [BIN, ...hello], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
      const ended = once(child, 'exit');
      setTimeout(() => child.kill(signal), delay);
      const [code, killed] = await ended;
      if (killed !== null && delay < 5000) continue;
      expect(code).toBe(exit);
      return;
    }
  });
});
