import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openComms } from '../dist/index.js';

export const COMMS = fileURLToPath(new URL('../bin/comms.js', import.meta.url));

/** About 1 KB as JSON. */
export const BODY = 'The quick brown fox jumps over the lazy dog. '.repeat(12);

/** Whose inbox nobody takes from. */
export const SINK = 'sink';

/** Runs `use` with a fresh workspace that holds `backlog` open messages for gpt. */
export async function withWorkspace(backlog, use, store = 'files') {
  const dir = mkdtempSync(path.join(tmpdir(), 'comms-bench-'));
  try {
    const kept = store === 'memory' ? 'files' : store;
    execFileSync(process.execPath, [COMMS, 'init', '--agents', `claude,gpt,${SINK}`, '--store', kept, '--quiet'], {
      cwd: dir,
      stdio: 'ignore',
    });
    const root = path.join(dir, 'agent-comms');
    if (store === 'memory')
      writeFileSync(path.join(root, 'config.json'), '{"version":"1.0","store":"memory","agents":{"claude":{},"gpt":{}}}');
    if (backlog > 0) {
      const comms = await openComms({ workspace: root });
      await Promise.all(Array.from({ length: backlog }, (_, n) => comms.send(infoMessage(n))));
      await comms.close();
    }
    return await use(root);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function infoMessage(n, to = 'gpt') {
  return { from: 'claude', to: [to], type: 'INFO', subject: `Number ${n}`, details: BODY };
}
