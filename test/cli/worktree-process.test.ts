import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { git, temporaryDirectory } from '../workspace/temporary.ts';
import { filesWorkspace } from './watch-harness.ts';

const COMMS = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
/** Root may write everywhere, so its tests run the command as somebody else. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

describe.skipIf(process.platform === 'win32')('a linked working tree whose main one cannot be written', () => {
  test('is told how to name a workspace, and can', () => {
    const base = temporaryDirectory();
    const [main, linked, shared] = [join(base, 'main'), join(base, 'linked'), join(base, 'shared/agent-comms')];
    mkdirSync(main);
    git(main, 'init', '-q');
    const root = filesWorkspace(join(main, 'agent-comms'));
    git(main, 'add', '-A');
    git(main, 'commit', '-qm', 'start');
    git(main, 'worktree', 'add', '-q', linked);
    filesWorkspace(shared);
    for (const directory of [dirname(base), base, main, linked]) if (directory.includes('comms-test-')) chmodSync(directory, 0o755);
    chmodSync(root, 0o555);
    spawnSync('chmod', ['-R', 'a+rwX', dirname(shared)]);
    const run = (args: string[], env: Record<string, string> = {}) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [COMMS, ...args], {
        cwd: linked,
        env: { PATH: process.env.PATH, ...env },
        encoding: 'utf8',
        ...NOBODY,
      });
      return { status, stdout, stderr };
    };
    for (const args of [['where'], ['inbox', '--as', 'gpt'], ['doctor']]) {
      expect(run(args)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(
          /workspace .*main\/agent-comms cannot be written from here\.\nhint: Name one with --workspace DIR or COMMS_WORKSPACE=DIR/,
        ),
      });
    }
    const send = ['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'x', '--details', 'x', '--quiet'];
    expect(run(send, { COMMS_WORKSPACE: shared })).toEqual({ status: 0, stdout: 'msg-001\n', stderr: '' });
    chmodSync(root, 0o755);
  });
});
