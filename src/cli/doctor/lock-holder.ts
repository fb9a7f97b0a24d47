import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularText } from '../../read-file.ts';

export interface LockHolder {
  /** Undefined where the lock does not say. */
  pid?: number;
  /** When it was last touched, in ms since the epoch. */
  touchedAt: number;
}

/** Who holds the lock of a workspace now; undefined where it is free. */
export function lockHolder(root: string): LockHolder | undefined {
  const lock = statSync(join(root, '.state', 'lock'), { throwIfNoEntry: false });
  if (!lock) return undefined;
  const pid = pidIn(join(root, '.state', 'lock-records'));
  return { ...(pid !== undefined && { pid }), touchedAt: lock.mtimeMs };
}

/** What the record of the holder says. It may go away while it is read, since locks are held for milliseconds. */
function pidIn(directory: string): number | undefined {
  try {
    const name = readdirSync(directory).find((entry) => entry.startsWith('owner-'));
    const record: unknown = name === undefined ? undefined : JSON.parse(readRegularText(join(directory, name)));
    const pid = typeof record === 'object' && record !== null && 'pid' in record ? record.pid : undefined;
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
