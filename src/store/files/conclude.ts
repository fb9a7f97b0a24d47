import { errnoOf } from '../../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Committed } from './commit.ts';
import type { Draft } from './files-session.ts';
import type { GitMark } from './git-mark.ts';
import { inboxFile } from './layout.ts';
import type { Settled } from './settle.ts';
import type { Carried } from './status-file.ts';
import type { FilesTools } from './tools.ts';
import { realRootOf, wakeWatchers } from './wake.ts';
import { carriedNow, writeCheckpoint, writeStatus } from './write-derived.ts';

/** What a write came to, as far as what is derived of it depends on that. */
export interface Concluded {
  committed: Committed;
  settled: Settled;
  draft: Draft;
  checkpoint: Checkpoint | undefined;
  /** Where git stood when what a merge leaves behind was last settled. */
  reconciled: GitMark | null | undefined;
  /** Whether an id was given, or a number taken. */
  raised: boolean;
  carry: ((carried: Carried) => Carried) | undefined;
  at: () => string;
}

/**
 * What follows from a commit: watchers are woken, the journal is rotated, status.json and the checkpoint are written. A
 * disk that fails meanwhile does not make what was committed a failure, which would be repeated: the checkpoint does not
 * fit then, and the next write looks for itself.
 */
export function conclude(tools: FilesTools, concluded: Concluded): void {
  try {
    derive(tools, concluded);
  } catch (error) {
    if (concluded.committed.records.size === 0 || errnoOf(error) === undefined) throw error;
  }
}

function derive(tools: FilesTools, { committed, settled, draft, checkpoint, reconciled, raised, carry, at }: Concluded): void {
  const { fs, root, journal } = tools;
  const { records, noted } = committed;
  if (records.size > 0) wakeWatchers(realRootOf(fs, root), records.keys());
  for (const [file, record] of records) settled.records.set(file, record);
  const journalBase = journal.rotate(checkpoint?.journalBase ?? 0);
  for (const inbox of draft.removed) settled.records.delete(inboxFile(inbox));
  const carried = carry?.(carriedNow(tools));
  const isOurs = records.size > 0 || draft.removed.length > 0 || raised;
  const statusStamp = writeStatus(tools, settled.records, draft.lastNumber, at(), {
    carried,
    fsync: carry !== undefined,
    keep: !isOurs && !carry,
  });
  if (!noted) return;
  writeCheckpoint(tools, {
    version: 1,
    lastNumber: draft.lastNumber,
    journalSize: journal.size(),
    journalBase,
    ...(reconciled !== undefined && { reconciled }),
    statusStamp,
    files: Object.fromEntries(settled.records),
  });
}
