import path from 'node:path';
import type { Checkpoint } from './checkpoint.ts';
import type { CommitTools } from './commit.ts';
import { replaceFile } from './durable/replace-file.ts';
import { carryOver } from './durable/replaced.ts';
import { sweepTemps } from './durable/sweep-temps.ts';
import type { JournalEntry } from './journal.ts';
import { ARCHIVE_DIR, BUCKETS_FILE, CHECKPOINT_FILE, JOURNAL_FILE, kindOf } from './layout.ts';
import { replaySteps } from './replay.ts';
import { unfinished } from './settle.ts';
import { bytesOf, openSheet, type Sheet } from './sheet.ts';
import type { FilesTools } from './tools.ts';

/**
 * Puts right what was cut off, before anything else is done: operations on several files whose intent is in the journal
 * are finished, temporary files of dead writers are removed, and what somebody appended to an inode that was replaced
 * under them is carried over. Returns whether anything was done. It may itself be cut off at any point.
 */
export function recover(tools: FilesTools, commit: CommitTools, checkpoint: Checkpoint | undefined, takenOver: boolean): boolean {
  const { fs, journal, disk } = tools;
  let did = false;
  if (takenOver || checkpoint === undefined) {
    sweepLeftTemps(tools);
  }
  if (takenOver || checkpoint?.journalSize !== journal.size()) {
    for (const intent of unfinished(journal)) {
      finish(intent, tools, commit);
      did = true;
    }
  }
  for (const { base, tail, settle } of carryOver(fs, tools.stateDir)) {
    const file = disk.names().find((name) => path.basename(disk.pathOf(name)) === base) ?? (kindOf(base) ? base : undefined);
    if (file !== undefined && appendTail(file, tail, tools, commit)) did = true;
    settle();
  }
  return did;
}

/** The temporary files of writers that had the lock and died, or whose disk did not let them tidy up. */
export function sweepLeftTemps({ fs, root, stateDir }: FilesTools): void {
  for (const dir of [root, `${root}/${ARCHIVE_DIR}`]) sweepTemps(fs, dir);
  sweepTemps(
    fs,
    stateDir,
    [CHECKPOINT_FILE, JOURNAL_FILE, BUCKETS_FILE].map((file) => path.basename(file)),
  );
}

function finish(intent: Extract<JournalEntry, { entry: 'intent' }>, tools: FilesTools, commit: CommitTools): void {
  for (const file of new Set(intent.steps.map((step) => step.file))) {
    const { sheet, stamp } = tools.disk.read(file);
    const next = replaySteps(
      sheet,
      intent.steps.filter((step) => step.file === file),
    );
    if (next.changed) put(next, stamp, tools, commit);
  }
  const seen = intent.steps.flatMap((step): JournalEntry[] =>
    step.step === 'put'
      ? [{ entry: 'seen', at: intent.at, inbox: step.message.recipient, section: step.section, message: step.message, by: 'comms' }]
      : [],
  );
  tools.journal.append([...seen, { entry: 'done', op: intent.op, how: 'finished' }]);
}

/** Appends what a late writer wrote, unless an earlier recovery that was cut off already did. */
function appendTail(file: string, tail: Buffer, tools: FilesTools, commit: CommitTools): boolean {
  const { sheet, stamp } = tools.disk.read(file);
  if (sheet.base.includes(tail)) return false;
  const gap = sheet.base.length > 0 && sheet.base.at(-1) !== NEWLINE ? '\n' : '';
  const bytes = Buffer.concat([sheet.base, Buffer.from(gap), tail]);
  put({ ...openSheet(file, bytes), changed: true, splice: { at: bytes.length, parts: [] } }, stamp, tools, commit, sheet.base);
  return true;
}

const NEWLINE = 0x0a;

function put(
  sheet: Sheet,
  stamp: Parameters<typeof replaceFile>[1]['expected'],
  tools: FilesTools,
  commit: CommitTools,
  base = sheet.base,
): void {
  replaceFile(tools.fs, {
    path: tools.disk.pathOf(sheet.file),
    bytes: [bytesOf(sheet)],
    expected: stamp,
    expectedBytes: base,
    keepReplacedIn: tools.stateDir,
    beforeRename: commit.assertHeld,
  });
}
