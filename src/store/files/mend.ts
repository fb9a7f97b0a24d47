import type { Problem } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import { identityOf } from '../../message/uid.ts';
import { giveIds, type Renamed } from '../give-ids.ts';
import type { Session } from '../session.ts';
import type { CheckOptions, Copy } from '../store.ts';
import type { JournalEntry } from './journal.ts';
import { type Knowledge, keyOf } from './knowledge.ts';
import { reconcile, removeDoubles } from './reconcile.ts';
import { sweepLeftTemps } from './recover.ts';
import { comparison } from './settle.ts';
import type { FilesTools } from './tools.ts';

/** What was mended beside what had vanished. */
export interface Mended {
  /** Messages that got another id. */
  renamed: Renamed[];
  /** What a merge had left behind. */
  settled: Problem[];
}

/** Mends what needs no decision, inside a write. */
export function mend(session: Session, tools: FilesTools, options: Required<CheckOptions>): Mended {
  if (options.accept) acceptLosses(session, tools);
  else if (options.fix) restore(session, tools);
  const settled = options.reconcile ? reconcile(session, { byHand: true }) : options.fix ? removeDoubles(session) : [];
  if (!options.fix) return { renamed: [], settled };
  sweepLeftTemps(tools);
  const { agents, rules } = tools.options;
  for (const inbox of [...agents, ...Object.keys(rules.groups)]) session.addInbox(inbox);
  const knowledge = tools.journal.knowledge();
  return { renamed: giveIds(session, (copy) => claimTo(copy, knowledge)), settled };
}

/** What comms sent keeps the id that was acknowledged; then what has a uid, which nobody writes by hand. */
function claimTo({ inbox, message }: Copy, knowledge: Knowledge): number {
  const first = knowledge.get(keyOf(inbox, identityOf(message)))?.first;
  if (first?.by === 'comms' && identityOf(first.message) === identityOf(message)) return 0;
  return message.uid === undefined ? 2 : 1;
}

/** What vanished is expected no longer, and what went back to an earlier state stays there. */
function acceptLosses(session: Session, { disk, journal }: FilesTools): void {
  const at = isoOf(session.now);
  const { outcome } = comparison(disk, journal.knowledge());
  const entries: JournalEntry[] = [
    ...outcome.missing.map(({ inbox, message }): JournalEntry => ({ entry: 'gone', at, inbox, uid: identityOf(message), why: 'accepted' })),
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
    const stored = session.copies(copy.inbox, copy.section).find(({ message }) => identityOf(message) === identityOf(copy.message));
    if (!stored) continue;
    const there = session.copies(copy.inbox, known.section).find(({ message }) => identityOf(message) === identityOf(copy.message));
    if (known.section === stored.section) session.update(stored, known.message);
    else if (there) keepOne(session, known.section === 'held' ? { stale: there, kept: stored } : { stale: stored, kept: there });
    else session.move(stored, known.section, known.message);
  }
}

/** A message is where it belongs, and an old copy came back beside it: one that was released is not held again. */
function keepOne(session: Session, { stale, kept }: { stale: Copy; kept: Copy }): void {
  session.remove(stale);
  // What is removed is forgotten, under the name that both have.
  session.update(kept, kept.message);
}
