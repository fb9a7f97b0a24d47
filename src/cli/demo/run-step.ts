import { CommsError } from '../../errors.ts';
import { runCli } from '../run.ts';
import type { Step } from './steps.ts';

export interface StepOptions {
  workspace: string;
  cwd: string;
  signal: AbortSignal;
  now: () => number;
  color: boolean;
}

/** Runs a command of the demo as the shell would, and resolves to what it printed. @throws INTERNAL where it failed */
export async function runStep({ argv }: Step, { workspace, cwd, signal, now, color }: StepOptions): Promise<string> {
  const printed = { out: '', error: '' };
  const exit = await runCli(argv, {
    cwd,
    // Only this: what the user's own shell says of agents and workspaces must not get into it.
    env: { COMMS_WORKSPACE: workspace, ...(color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
    stdin: nothing(),
    stdout: { write: (text) => (printed.out += text) },
    stderr: { write: (text) => (printed.error += text) },
    signal,
    now,
  });
  if (exit === 0) return printed.out;
  if (signal.aborted) throw signal.reason;
  throw new CommsError('INTERNAL', `The demo stopped, since this ended with ${exit}: ${commandLine(argv)}\n${printed.error.trimEnd()}`, {
    hint: 'This is a bug in comms, or the disk cannot be written.',
    details: { argv, exit, stderr: printed.error },
  });
}

/** A command as one would type it, a long one with an option a line. */
export function commandLine(argv: readonly string[]): string {
  const words = ['comms', ...argv.map(quoted)];
  const line = words.join(' ');
  if (line.length <= 100) return line;
  return words.reduce((text, word) => (/^--(subject|details|context)$/.test(word) ? `${text} \\\n    ${word}` : `${text} ${word}`));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function* nothing(): AsyncGenerator<string> {}
