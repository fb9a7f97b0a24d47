import { openBlobs } from '../../git/blob-process.ts';
import type { Repository } from '../../git/repository.ts';
import { isoOf, timeOf } from '../../message/time.ts';
import type { CoreContext } from '../context.ts';
import { createVersions, type Versions } from './versions.ts';

/** Whether the files of the workspace are what counts: with a database they are left over, or not there. */
export function keptInFiles({ store }: CoreContext): boolean {
  return store.capabilities.editable;
}

/** Gives `use` the versions of the repository's files, read by one process that is ended afterwards. */
export async function withVersions<T>({ top }: Repository, use: (versions: Versions) => Promise<T>): Promise<T> {
  const blobs = openBlobs(top);
  try {
    return await use(createVersions(blobs));
  } finally {
    blobs.close();
  }
}

/** A time as git writes it, in UTC and without fractions of a second. */
export function utc(time: string): string {
  const ms = timeOf(time);
  return ms === undefined ? time : isoOf(ms).replace('.000Z', 'Z');
}
