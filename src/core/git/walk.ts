import { type Commit, type FileChange, fileChanges } from '../../git/commits.ts';
import type { Repository } from '../../git/repository.ts';
import type { Problem } from '../../message/message.ts';
import { kindOf } from '../../store/message-files.ts';
import { type Difference, differences, newlyBroken } from './differences.ts';
import { joined } from './snapshots.ts';
import type { Version, Versions } from './versions.ts';

/** A commit with what it did to the messages. */
export interface Told {
  commit: Commit;
  differences: Difference[];
  files: string[];
  problems: Problem[];
}

export interface WalkOptions {
  repository: Repository;
  versions: Versions;
  commits: readonly Commit[];
  /** Where the parents are missing. */
  shallow: ReadonlySet<string>;
}

/** How many commits git is asked about at once, and of how many the files are read at once. */
const ASKED = 200;
const READ = 25;

/** What each commit did, in the order of the commits. At the end of a shallow clone nothing can be told. */
export async function* walk({ repository, versions, commits, shallow }: WalkOptions): AsyncGenerator<Told> {
  for (const asked of parts(commits, ASKED)) {
    const changes = await changesOf(
      repository,
      asked.filter(({ oid }) => !shallow.has(oid)),
    );
    for (const batch of parts(asked, READ)) {
      // All at once, so that git reads the next blob while the last one is parsed.
      yield* await Promise.all(batch.map((commit) => told(commit, changes.get(commit.oid) ?? [], versions)));
    }
  }
}

/** The files that each commit changed, against each of its parents. */
async function changesOf(repository: Repository, commits: readonly Commit[]): Promise<Map<string, FileChange[][]>> {
  const pairs = commits.flatMap(pairsOf);
  const found = await fileChanges(repository, pairs);
  const changes = new Map<string, FileChange[][]>(commits.map(({ oid }) => [oid, []]));
  for (const [n, { commit }] of pairs.entries()) changes.get(commit)?.push(found[n] ?? []);
  return changes;
}

function parts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

function pairsOf({ oid, parents }: Commit): { commit: string; parent: string | undefined }[] {
  return parents.length === 0 ? [{ commit: oid, parent: undefined }] : parents.map((parent) => ({ commit: oid, parent }));
}

/**
 * Against the first parent. What a merge took over from another parent as it was is told by the commits of that side: only
 * what differs from every parent is the merge's own, and it is told against the parent that is nearest to it.
 */
async function told(commit: Commit, changes: readonly FileChange[][], versions: Versions): Promise<Told> {
  const [first, ...others] = await Promise.all(changes.map((one) => compared(one, versions)));
  if (first === undefined) return { commit, differences: [], files: [], problems: [] };
  const [files = [], ...otherFiles] = changes.map((one) => one.map(({ file }) => file));
  return {
    commit,
    differences: [...first.found.keys()].flatMap((key) => nearest([first, ...others].map(({ found }) => found.get(key)))),
    files: files.filter((file) => otherFiles.every((theirs) => theirs.includes(file))),
    problems: first.problems.filter((problem) => others.every(({ problems }) => problems.some((other) => isSame(problem, other)))),
  };
}

/** What happened to one copy since each parent; nothing where it is as one of them had it. */
function nearest(since: readonly (Difference[] | undefined)[]): Difference[] {
  const all = since.filter((found) => found !== undefined);
  if (all.length < since.length) return [];
  const isThere = ([one]: Difference[]) => (one?.before === undefined ? 1 : 0);
  const [first = []] = all.sort((a, b) => isThere(a) - isThere(b) || a.length - b.length);
  return first;
}

interface Compared {
  found: Map<string, Difference[]>;
  problems: Problem[];
}

async function compared(changes: readonly FileChange[], versions: Versions): Promise<Compared> {
  const ours = changes.filter(({ file }) => kindOf(file) !== undefined);
  const all = (side: 'before' | 'after'): Promise<Version[]> =>
    Promise.all(ours.map((change) => versions.ofBlob(change.file, change[side])));
  const [before, after] = [joined(await all('before')), joined(await all('after'))];
  const found = new Map<string, Difference[]>();
  for (const one of differences(before, after)) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return { found, problems: newlyBroken(before, after) };
}

function keyOf({ change: { inbox, uid } }: Difference): string {
  return `${inbox}\0${uid}`;
}

function isSame(one: Problem, other: Problem): boolean {
  return one.file === other.file && one.message === other.message;
}
