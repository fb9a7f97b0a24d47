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
  const empty = path.join(path.dirname(root), 'empty.mjs');
  writeFileSync(empty, '');
  const ratios = [];
  for (let n = -2; n < PAIRS; n++) {
    const base = timeOf([empty]);
    const ours = timeOf([COMMS, ...args, '--workspace', root]);
    if (n >= 0) ratios.push(ours / base);
  }
  return median(ratios);
}

function timeOf(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
