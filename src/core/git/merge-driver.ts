import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gitIn } from '../../git/git.ts';
import { type DriverKind, mergeFile } from '../../merge/merge-file.ts';

export interface MergeDriverRequest {
  kind: DriverKind;
  /** The files that git gives: the common ancestor (%O), ours (%A), which takes the outcome, and theirs (%B). */
  base: string;
  ours: string;
  theirs: string;
  /** What their paths are relative to. */
  cwd: string;
}

/**
 * What git calls for a file that both sides changed: puts the merge into `ours`. Answers whether something is left for a
 * person, between conflict markers. What cannot be merged message by message becomes an ordinary conflict of its text.
 * Touches no other file. @throws GIT_FAILED, GIT_MISSING
 */
export async function runMergeDriver(request: MergeDriverRequest): Promise<{ conflict: boolean }> {
  const { kind, cwd } = request;
  const [base, ours, theirs] = [request.base, request.ours, request.theirs].map((file) => resolve(cwd, file)) as [string, string, string];
  const merged = await merge([base, ours, theirs], kind);
  if (merged) {
    await writeFile(ours, merged.bytes);
    return { conflict: merged.conflict };
  }
  const labels = ['ours', 'base', 'theirs'].flatMap((label) => ['-L', label]);
  await gitIn(cwd)(['merge-file', '-q', ...labels, ours, base, theirs], { allow: Array.from({ length: 255 }, (_, n) => n) });
  return { conflict: true };
}

/** Undefined where that cannot be done, whatever the reason: git must get a conflict then, and no half of a file. */
async function merge([base, ours, theirs]: [string, string, string], kind: DriverKind) {
  try {
    return mergeFile({ base: await readFile(base), ours: await readFile(ours), theirs: await readFile(theirs) }, kind);
  } catch {
    return undefined;
  }
}
