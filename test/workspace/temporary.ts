import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'comms-test-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes files by their paths relative to `root`, directories included. */
export function writeFiles(root: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

export function git(cwd: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...identity, ...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export const CONFIG = JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: {} } });

/** An inbox with one message, as somebody would write it. */
export function inboxWith(id: string, timestamp = '2026-01-17T12:00:00Z'): string {
  const message = { id, timestamp, sender: 'gpt', recipient: 'claude', type: 'INFO', subject: id };
  return `# Claude Inbox\n\n## Active Messages\n\n### Message: ${id}\n\n\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\`\n\n---\n\n## Archived Messages\n`;
}
