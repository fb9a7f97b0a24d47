import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { median } from './samples.mjs';
import { COMMS, withWorkspace } from './workspaces.mjs';

const PAIRS = 41;

/** Whole processes against an empty Node script, in turn, so that the machine's moods fall on both. */
export async function measureWholeProcesses() {
  return withWorkspace(0, async (root) => {
    const rows = [];
    for (const [name, args] of Object.entries(commands())) {
      rows.push({ name: `comms ${name}, empty inbox, against an empty script`, value: ratioToEmpty(root, args), unit: 'ratio', goal: 1.5 });
    }
    return rows;
  });
}

export function commands() {
  return {
    send: ['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'Hello', '--details', 'A line of text.'],
    inbox: ['inbox', '--as', 'claude'],
  };
}

/** The median of the ratios, pair by pair. */
export function ratioToEmpty(root, args) {
  return ratioOfRuns(path.dirname(root), PAIRS, () => ({ words: [...args, '--workspace', root] }));
}

/**
 * The median ratio of `comms` with the words for the nth run, which is done in `dir`, to an empty script. What is in
 * `before` runs first and is not measured; two runs, with n below 0, warm the caches. Ends of `fine` are no failure.
 */
export function ratioOfRuns(dir, pairs, runFor, fine = [0]) {
  const empty = path.join(dir, 'empty.mjs');
  writeFileSync(empty, '');
  const ratios = [];
  for (let n = -2; n < pairs; n++) {
    const { words, before } = runFor(n);
    if (before) timeOf([COMMS, ...before], dir, [0]);
    const base = timeOf([empty], dir, [0]);
    const ours = timeOf([COMMS, ...words], dir, fine);
    if (n >= 0) ratios.push(ours / base);
  }
  return median(ratios);
}

function timeOf(args, cwd, fine) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - start;
  if (!fine.includes(status)) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}
