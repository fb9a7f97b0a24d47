import { isoOf } from '../../message/time.ts';
import { uidOf } from '../../message/uid.ts';
import type { Session } from '../session.ts';
import type { CheckOptions, Copy, Section } from '../store.ts';
import type { JournalEntry } from './journal.ts';
import { comparison } from './settle.ts';
import type { FilesTools } from './tools.ts';

/** Mends what needs no decision, inside a write. */
export function mend(session: Session, tools: FilesTools, options: Required<CheckOptions>): void {
  if (options.accept) acceptLosses(session, tools);
  else restore(session, tools);
  if (!options.fix) return;
  for (const agent of tools.options.agents) session.addInbox(agent);
  giveIds(session);
}

/** What vanished is expected no longer, and what went back to an earlier state stays there. */
function acceptLosses(session: Session, { disk, journal }: FilesTools): void {
  const at = isoOf(session.now);
  const { outcome } = comparison(disk, journal.knowledge());
  const entries: JournalEntry[] = [
    ...outcome.missing.map(({ inbox, message }): JournalEntry => ({ entry: 'gone', at, inbox, uid: uidOf(message), why: 'accepted' })),
    ...outcome.regressed.map(
      ({ copy: { inbox, section, message } }): JournalEntry => ({ entry: 'seen', at, inbox, section, message, by: 'hand' }),
    ),
  ];
  journal.append(entries, { fsync: true });
}

/** What vanished comes back in its last known state; what went back to an earlier one goes forward again. */
function restore(session: Session, { disk, journal }: FilesTools): void {
  const { outcome } = comparison(disk, journal.knowledge());
  for (const { inbox, section, message } of outcome.missing) {
    if (session.hasInbox(inbox)) session.insert(inbox, section, message);
  }
  for (const { known, copy } of outcome.regressed) {
    const stored = session.copies(copy.inbox, copy.section).find(({ message }) => uidOf(message) === uidOf(copy.message));
    if (!stored) continue;
    if (known.section === stored.section) session.update(stored, known.message);
    else session.move(stored, known.section, known.message);
  }
}

const SECTIONS: Section[] = ['active', 'archived', 'dead'];

/** A message without an id gets one; of several with the same id all but the first get a fresh one. */
function giveIds(session: Session): void {
  const taken = new Map<string, string>();
  const renamed = new Map<string, string>();
  const all = session.inboxes().flatMap((inbox) => SECTIONS.flatMap((section) => session.copies(inbox, section)));
  for (const { message } of [...all].sort(byAgeThenPlace)) {
    if (message.id !== '' && !taken.has(message.id)) taken.set(message.id, uidOf(message));
  }
  for (const copy of all) {
    const uid = uidOf(copy.message);
    if (taken.get(copy.message.id) === uid && copy.message.id !== '') continue;
    // The copies of one message keep one id between them.
    const id = renamed.get(uid) ?? session.nextId();
    renamed.set(uid, id);
    session.update(copy, { ...copy.message, id });
  }
}

function byAgeThenPlace(a: Copy, b: Copy): number {
  return a.message.timestamp < b.message.timestamp ? -1 : a.message.timestamp > b.message.timestamp ? 1 : 0;
}
