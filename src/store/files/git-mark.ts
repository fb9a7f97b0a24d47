import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Where git stood: the commit, and how long the reflog of HEAD was, in bytes. */
export interface GitMark {
  head: string;
  reflog: number;
  /** The commit that is being merged, picked or reverted; only while that is under way. */
  merging?: string;
}

/** Reflog actions after which the files are still what they were. Everything else may have put others in their place. */
const HARMLESS = /^commit\b(?! \((?:merge|cherry-pick)\))/;
const MERGING = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'];
const REBASING = ['rebase-merge', 'rebase-apply'];

/**
 * Finds the git directory above `root` by reading files; no process is started, because every write asks.
 * Undefined outside a repository.
 */
export function gitDirOf(root: string): string | undefined {
  for (let dir = root; ; dir = path.dirname(dir)) {
    const dotGit = path.join(dir, '.git');
    const stat = statSync(dotGit, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return dotGit;
    if (stat?.isFile()) {
      const pointer = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1];
      return pointer === undefined ? undefined : path.resolve(dir, pointer.trim());
    }
    if (path.dirname(dir) === dir) return undefined;
  }
}

/** Where git stands now; undefined where there is no commit yet, or none that can be read. */
export function gitMark(gitDir: string | undefined): GitMark | undefined {
  if (gitDir === undefined) return undefined;
  try {
    const head = readFileSync(path.join(gitDir, 'HEAD'), 'utf8').trim();
    const ref = /^ref: (.+)$/.exec(head)?.[1];
    const reflog = statSync(path.join(gitDir, 'logs', 'HEAD'), { throwIfNoEntry: false })?.size ?? 0;
    const merging = MERGING.find((name) => existsSync(path.join(gitDir, name)));
    return {
      head: ref === undefined ? head : commitOf(gitDir, ref),
      reflog,
      ...(merging !== undefined && { merging: readFileSync(path.join(gitDir, merging), 'utf8').trim() }),
    };
  } catch {
    return undefined;
  }
}

/**
 * Whether git may have replaced the working tree since `mark`: a checkout, reset, merge, rebase, pull or stash.
 * Commits alone leave the files as they were.
 */
export function gitMovedSince(gitDir: string | undefined, mark: GitMark | undefined): boolean {
  const now = gitMark(gitDir);
  if (gitDir === undefined || now === undefined || mark === undefined) return false;
  if (now.merging !== undefined && now.merging !== mark.merging) return true;
  if (now.reflog === mark.reflog) return now.head !== mark.head;
  if (now.reflog < mark.reflog) return true;
  const added = readFileSync(path.join(gitDir, 'logs', 'HEAD'))
    .subarray(mark.reflog)
    .toString('utf8');
  return added
    .split('\n')
    .filter((line) => line !== '')
    .some((line) => !HARMLESS.test(line.slice(line.indexOf('\t') + 1)));
}

/** Whether a merge, rebase, cherry-pick or revert waits for a person. */
export function isUnderWay(gitDir: string): boolean {
  return [...MERGING, ...REBASING].some((name) => existsSync(path.join(gitDir, name)));
}

function commitOf(gitDir: string, ref: string): string {
  const common = commonDirOf(gitDir);
  for (const dir of [gitDir, common]) {
    const file = path.join(dir, ref);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  }
  // "git gc" puts refs into one file; that is no move.
  const packed = path.join(common, 'packed-refs');
  const lines = existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : [];
  return lines.find((line) => line.endsWith(` ${ref}`) && !line.startsWith('#'))?.split(' ')[0] ?? ref;
}

function commonDirOf(gitDir: string): string {
  const pointer = path.join(gitDir, 'commondir');
  return existsSync(pointer) ? path.resolve(gitDir, readFileSync(pointer, 'utf8').trim()) : gitDir;
}
