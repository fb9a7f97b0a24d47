import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularTextIfThere } from '../read-file.ts';
import { replaceLocked } from './replace-locked.ts';

/** A file beside config.json that is read and changed as a whole, such as plan.json. */
export interface DocumentFile {
  /** Its text; undefined where there is none. */
  read(): Promise<string | undefined>;
  /** Replaces it by what `change` makes of it, durably, while nobody else changes it. @throws LOCK_TIMEOUT and what `change` throws */
  update(change: (text: string | undefined) => string): Promise<void>;
}

export function documentFile(root: string, name: string): DocumentFile {
  const file = join(root, name);
  // Every send asks for plan.json, and most workspaces have none: an error costs ten times as much as this look.
  const text = () => (lstatSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readRegularTextIfThere(file));
  let looked: Promise<string | undefined> | undefined;
  /** Those who ask in one turn, as for many messages that are sent at once, are answered by one look. */
  const look = () => {
    looked ??= Promise.resolve().then(() => {
      looked = undefined;
      return text();
    });
    return looked;
  };
  return { read: look, update: (change) => replaceLocked(file, () => change(text())) };
}
