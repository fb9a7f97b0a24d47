import { hashOf } from '../../message/hash.ts';
import type { Message } from '../../message/message.ts';
import { identityOf } from '../../message/uid.ts';
import type { Copy, Section } from '../store.ts';
import type { GitMark } from './git-mark.ts';
import type { JournalEntry } from './journal.ts';

/** What the journal says of one copy: its latest state, and the marks of the earlier ones. */
export interface Known {
  inbox: string;
  section: Section;
  message: Message;
  latest: string;
  earlier: ReadonlySet<string>;
  git: GitMark | undefined;
  /** As it was when it was first seen, and who had written it. */
  first: { message: Message; by: 'comms' | 'hand' };
}

/** Everything that the journal expects to be there, by inbox and identity. */
export type Knowledge = Map<string, Known>;

/** What the files hold against what the journal expects. */
export interface Comparison {
  /** New, or changed to something that was never there: somebody's work, to be taken note of. */
  fresh: Copy[];
  /** Expected and in no file. */
  missing: Known[];
  /** Back in a state that they had left: an old copy of the file was saved over a newer one. */
  regressed: { known: Known; copy: Copy }[];
}

/** What was learned up to some place in the journal, and where git stood there. */
export interface Learned {
  knowledge: Knowledge;
  git: GitMark | undefined;
}

/** Folds the entries that follow into what is known, which is changed. */
export function learn({ knowledge, git: before }: Learned, entries: readonly JournalEntry[]): Learned {
  let git = before;
  for (const entry of entries) {
    if (entry.entry === 'git') git = entry.mark ?? undefined;
    if (entry.entry === 'gone') knowledge.delete(keyOf(entry.inbox, entry.uid));
    if (entry.entry !== 'seen') continue;
    const key = keyOf(entry.inbox, identityOf(entry.message));
    const known = knowledge.get(key);
    const latest = hashOf(entry.message);
    const earlier = new Set([...(known?.earlier ?? []), ...(known ? [known.latest] : [])]);
    earlier.delete(latest);
    const first = known?.first ?? { message: entry.message, by: entry.by };
    knowledge.set(key, { inbox: entry.inbox, section: entry.section, message: entry.message, latest, earlier, git, first });
  }
  return { knowledge, git };
}

/**
 * Compares all copies that the files hold with what is known of them. A copy that was edited so that its uid no longer
 * fits (a hand-written one has none of its own) is recognised by inbox and id.
 */
export function compare(knowledge: Knowledge, copies: readonly Copy[]): Comparison {
  const outcome: Comparison = { fresh: [], missing: [], regressed: [] };
  const present = new Set<string>();
  const strangers: Copy[] = [];
  for (const copy of copies) {
    const key = keyOf(copy.inbox, identityOf(copy.message));
    const known = knowledge.get(key);
    if (!known) {
      strangers.push(copy);
      continue;
    }
    present.add(key);
    const now = hashOf(copy.message);
    if (now === known.latest) continue;
    if (known.earlier.has(now) && (copy.section === 'active' || copy.section === 'held')) outcome.regressed.push({ known, copy });
    else outcome.fresh.push(copy);
  }
  const strangerIds = new Set(strangers.map((copy) => keyOf(copy.inbox, copy.message.id)));
  for (const [key, known] of knowledge) {
    if (!present.has(key) && !strangerIds.has(keyOf(known.inbox, known.message.id))) outcome.missing.push(known);
  }
  outcome.fresh.push(...strangers);
  return outcome;
}

/** The known copies that strangers of the same inbox and id have taken the place of: edited beyond recognition. */
export function replacedBy(knowledge: Knowledge, copies: readonly Copy[]): Known[] {
  const uids = new Set(copies.map((copy) => keyOf(copy.inbox, identityOf(copy.message))));
  const ids = new Set(copies.map((copy) => keyOf(copy.inbox, copy.message.id)));
  return [...knowledge.entries()].flatMap(([key, known]) =>
    !uids.has(key) && ids.has(keyOf(known.inbox, known.message.id)) ? [known] : [],
  );
}

/** What knowledge is kept under. */
export function keyOf(inbox: string, name: string): string {
  return `${inbox}\0${name}`;
}
