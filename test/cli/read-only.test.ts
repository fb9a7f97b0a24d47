import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const COMMS = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
/** Root may write everywhere, so its tests run the command as somebody else. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-read-only-')));
  chmodSync(dir, 0o755);
});
afterEach(() => {
  spawnSync('chmod', ['-R', 'u+w', dir]);
  rmSync(dir, { recursive: true, force: true });
});

function comms(args: string[], as: { uid?: number; gid?: number } = NOBODY) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMS, ...args], { cwd: dir, encoding: 'utf8', ...as });
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('where nothing can be written', () => {
  test('init says so and leaves nothing', () => {
    chmodSync(dir, 0o555);
    const { status, stderr } = comms(['init']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/permission denied|cannot/i);
    expect(stderr).toContain('hint:');
    expect(readdirSync(dir)).toEqual([]);
  });

  test('send says so and changes nothing; reading works', () => {
    mkdirSync(path.join(dir, 'project'));
    comms(['init', '--agents', 'claude,gpt'], {});
    comms(['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'Hello', '--details', 'Text.'], {});
    const inbox = path.join(dir, 'agent-comms', 'gpt-inbox.md');
    const before = readFileSync(inbox, 'utf8');
    spawnSync('chmod', ['-R', 'a-w', path.join(dir, 'agent-comms')]);
    const sent = comms(['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'More', '--details', 'Text.', '--json']);
    expect(sent.status).toBe(1);
    expect(JSON.parse(sent.stdout)).toMatchObject({ ok: false, error: { code: 'NOT_WRITABLE', hint: expect.any(String) } });
    expect(readFileSync(inbox, 'utf8')).toBe(before);
    const read = comms(['inbox', '--as', 'gpt', '--json']);
    expect(read.status).toBe(0);
    expect(JSON.parse(read.stdout).data.messages).toHaveLength(1);
    const beat = comms(['heartbeat', '--as', 'gpt', '--json']);
    expect(JSON.parse(beat.stdout)).toMatchObject({ ok: false, error: { code: 'NOT_WRITABLE' } });
    for (const args of [['agents'], ['agents', 'show', 'gpt'], ['status']]) expect(comms(args)).toMatchObject({ status: 0, stderr: '' });
  });
});
