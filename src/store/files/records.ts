import { idNumber } from '../../message/ids.ts';
import { addToSummary, emptySummary, type InboxSummary } from '../../message/status.ts';
import { dueAtIn } from '../sections.ts';
import type { Copy } from '../store.ts';
import type { FileRecord } from './checkpoint.ts';
import type { Stamp } from './durable/stamp.ts';
import { sumOf } from './durable/sum.ts';
import { copiesOf, nextOffset, parsed, type Sheet } from './sheet.ts';

/** What the checkpoint keeps of a file whose text is understood. */
export function recordOf(sheet: Sheet, bytes: Buffer, stamp: Stamp): FileRecord {
  const understood = parsed(sheet);
  const copies = copiesOf(understood);
  return { stamp, sum: sumOf(bytes), insertAt: nextOffset(understood), summaries: summariesOf(copies), dueAt: earliest(copies) };
}

/** The record of a file that only took new messages in, without its text being understood. */
export function recordAfterAppends(before: FileRecord, sheet: Sheet, added: readonly Copy[], bytes: Buffer, stamp: Stamp): FileRecord {
  const summaries = structuredClone(before.summaries);
  for (const copy of added) addCopy(summaries, copy);
  const due = [before.dueAt ?? undefined, earliest(added) ?? undefined].filter((at) => at !== undefined);
  return { stamp, sum: sumOf(bytes), insertAt: nextOffset(sheet), summaries, dueAt: due.length > 0 ? Math.min(...due) : null };
}

/** The summaries of the same inbox in several files, put together. */
export function summariesOfAll(records: Iterable<Pick<FileRecord, 'summaries'>>): Map<string, InboxSummary> {
  const all = new Map<string, InboxSummary>();
  for (const { summaries } of records) {
    for (const [inbox, part] of Object.entries(summaries)) {
      const sum = all.get(inbox) ?? emptySummary();
      all.set(inbox, {
        pending: [...sum.pending, ...part.pending],
        inProgress: [...sum.inProgress, ...part.inProgress],
        blocked: [...sum.blocked, ...part.blocked],
        completed: [...sum.completed, ...part.completed],
        archived: sum.archived + part.archived,
        errors: sum.errors + part.errors,
      });
    }
  }
  return all;
}

/** The highest number of an id among the copies; 0 where none has one. */
export function highestNumber(copies: readonly Copy[]): number {
  return copies.reduce((highest, { message }) => Math.max(highest, idNumber(message.id) ?? 0), 0);
}

export function summariesOf(copies: readonly Copy[]): Record<string, InboxSummary> {
  const summaries: Record<string, InboxSummary> = {};
  for (const copy of copies) addCopy(summaries, copy);
  return summaries;
}

function addCopy(summaries: Record<string, InboxSummary>, { inbox, message, section }: Copy): void {
  const summary = Object.hasOwn(summaries, inbox) ? summaries[inbox] : undefined;
  const target = summary ?? emptySummary();
  summaries[inbox] = target;
  addToSummary(target, message, section);
}

function earliest(copies: readonly Copy[]): number | null {
  const times = copies.flatMap(({ section, message }) => dueAtIn(section, message) ?? []);
  return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null;
}
