import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { filesAt } from '../../git/tree.ts';
import { seenOf } from '../../store/changes.ts';
import { kindOf } from '../../store/message-files.ts';
import type { Version, Versions } from './versions.ts';

const ARCHIVE = 'archive';

/** Everything that a commit has in the workspace; nothing for no commit. */
export async function snapshotAt(repository: Repository, versions: Versions, commit: string | undefined): Promise<Version> {
  if (commit === undefined) return joined([]);
  const files = (await filesAt(repository, commit, [ARCHIVE])).filter(({ file }) => kindOf(file) !== undefined);
  return joined(await Promise.all(files.map(({ file, oid }) => versions.ofBlob(file, oid))));
}

/** Everything that lies in the workspace now, as it is written: leases that ran out are as they were. */
export async function snapshotNow(root: string, versions: Versions): Promise<Version> {
  const names = [...(await namesIn(root)), ...(await namesIn(path.join(root, ARCHIVE))).map((name) => `${ARCHIVE}/${name}`)];
  const files = names.filter((file) => kindOf(file) !== undefined).sort();
  const read = await Promise.all(files.map(async (file) => [file, await bytesOf(path.join(root, file))] as const));
  const { copies, broken } = joined(read.flatMap(([file, bytes]) => (bytes === undefined ? [] : [versions.ofBytes(file, bytes)])));
  // While a message moves it stands in two files for a moment.
  return { copies: [...seenOf(copies).values()].map(({ copy }) => copy), broken };
}

/** Several files as one. */
export function joined(parts: readonly Version[]): Version {
  return { copies: parts.flatMap(({ copies }) => copies), broken: new Map(parts.flatMap(({ broken }) => [...broken])) };
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(nothingThere([]));
}

/** Only files: a link may lead anywhere, and git keeps where it leads to instead. */
async function bytesOf(file: string): Promise<Buffer | undefined> {
  const found = await lstat(file).catch(nothingThere(undefined));
  return found?.isFile() ? readFile(file).catch(nothingThere(undefined)) : undefined;
}

function nothingThere<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return instead;
    throw error;
  };
}
