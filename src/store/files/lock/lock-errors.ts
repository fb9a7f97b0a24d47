import { CommsError } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import type { LockPaths } from './lock-directory.ts';
import { readDeeds } from './records.ts';

export function timedOut(fs: FileSystem, paths: LockPaths, waitMs: number): CommsError {
  const holder = readDeeds(fs, paths).find(({ deed }) => deed)?.deed;
  const by = holder ? ` by process ${holder.pid} on ${holder.host}` : '';
  return new CommsError('LOCK_TIMEOUT', `The workspace has been locked${by} for ${waitMs / 1000} s.`, {
    hint: 'Try again. If that process hangs, end it: its lock is taken over then.',
    details: { lock: paths.lock, ...(holder ? { pid: holder.pid, host: holder.host } : {}) },
  });
}

export function lost(paths: LockPaths): CommsError {
  return new CommsError('LOCK_TIMEOUT', 'This process stood still for so long that another one took over the workspace lock.', {
    hint: 'Nothing more was written. Run the command again.',
    details: { lock: paths.lock },
  });
}
