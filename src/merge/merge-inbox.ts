import {
  appendBlock,
  type Block,
  blocksOf,
  type InboxDocument,
  type InboxSection,
  parseInbox,
  removeMessage,
  renderInbox,
  updateMessage,
} from '../inbox/inbox.ts';
import { hashOf } from '../message/hash.ts';
import { uidOf } from '../message/uid.ts';
import { type Entry, entriesOf, type Trio, trios } from './entries.ts';
import { type Merged, mergeMessage, type Side } from './merge-message.ts';
import { mergeProse } from './merge-prose.ts';
import { compareTexts, type Place } from './state.ts';

/** What a file of messages is: its sections are the inbox's, or the whole file is one. */
export type FileKind = 'inbox' | 'archive' | 'dead' | 'held';

/** The three versions of a file. */
export interface Versions {
  base: Buffer;
  ours: Buffer;
  theirs: Buffer;
}

export interface MergedFile {
  bytes: Buffer;
  /** Something is left for a person to decide; it stands between git's markers. */
  conflict: boolean;
}

/**
 * Merges a file of messages message by message (DESIGN §8). Bytes that neither side touched stay, line breaks and byte
 * order mark are those of `ours`. Undefined where the outcome does not hold what it should: then the texts themselves are
 * in each other's way, and only a person can tell.
 */
export function mergeInbox({ base, ours, theirs }: Versions, kind: FileKind): MergedFile | undefined {
  const [before, one, other] = [parseInbox(base), parseInbox(ours), parseInbox(theirs)];
  const prose = mergeProse(before, one, other);
  const doc = prose.changed ? parseInbox(Buffer.from(prose.raw, 'latin1')) : one;
  if (!sameBlocks(doc, one)) return undefined;
  const isShared = kind === 'dead' || kind === 'held';
  const found = trios(entriesOf(before, isShared), entriesOf(doc, isShared), entriesOf(other, isShared));
  const until = latestIn([before, one, other].flatMap((version) => entriesOf(version, isShared)));
  const outcomes = found.flatMap((trio) => outcomeOf(trio, kind, until) ?? []);
  const bytes = renderInbox(assembled(doc, found, outcomes));
  return holds(bytes, outcomes) ? { bytes, conflict: prose.conflict } : undefined;
}

/** One message that stays. */
interface Outcome {
  entry: Entry;
  /** It stands in ours already, in this block. */
  mine: Block | undefined;
  /** Undefined for a broken block. */
  merged: Merged | undefined;
  /** Where it goes in the file; outside of inboxes a file has one section, whatever its headings are. */
  target: InboxSection;
  /** Where it stands in theirs. */
  at: number;
  /** In which version it is new in its section. */
  isNewIn: { ours: boolean; theirs: boolean };
}

/** What becomes of a message; undefined where it goes. */
function outcomeOf({ base, ours, theirs }: Trio, kind: FileKind, until: string): Outcome | undefined {
  const [before, one, other] = [base, ours, theirs].map((entry) => sideOf(entry, kind));
  if (base && !(ours && theirs)) {
    const left = ours ?? theirs;
    // Taken away on one side, and on the other one not touched.
    if (!left || sameEntry(base, left)) return undefined;
  }
  const entry = ours ?? theirs;
  if (!entry) return undefined;
  const merged = one && other ? mergeMessage(before, one, other, until) : (one ?? other);
  const place = merged?.place;
  const isNewIn = (side: Side | undefined) => side !== undefined && side.place === place && before?.place !== place;
  const target = kind === 'inbox' && place === 'archived' ? 'archived' : kind === 'inbox' && place ? 'active' : entry.block.place;
  return { entry, mine: ours?.block, merged, target, at: theirs?.at ?? 0, isNewIn: { ours: isNewIn(one), theirs: isNewIn(other) } };
}

function sideOf(entry: Entry | undefined, kind: FileKind): Side | undefined {
  if (!entry?.message || !entry.block.message) return undefined;
  const place: Place = kind === 'inbox' ? entry.block.place : kind === 'archive' ? 'archived' : kind;
  return { place, json: entry.block.message, message: entry.message };
}

function sameEntry(one: Entry, other: Entry): boolean {
  return (
    one.block.place === other.block.place && hashOf(one.block.message ?? one.block.json) === hashOf(other.block.message ?? other.block.json)
  );
}

/** Ours with what goes taken out, what changed changed, and what comes put in. */
function assembled(start: InboxDocument, found: readonly Trio[], outcomes: readonly Outcome[]): InboxDocument {
  let doc = start;
  const stays = new Set(outcomes.map(({ mine }) => mine));
  for (const { ours } of found) if (ours && !stays.has(ours.block)) doc = removeMessage(doc, ours.block);
  const toAppend: { outcome: Outcome; block: Block }[] = [];
  for (const outcome of outcomes) {
    const source = outcome.mine ?? outcome.entry.block;
    if (outcome.mine && !isReplaced(outcome, outcomes)) {
      if (outcome.merged) doc = updateMessage(doc, outcome.mine, outcome.merged.json);
      continue;
    }
    if (outcome.mine) doc = removeMessage(doc, outcome.mine);
    toAppend.push({ outcome, block: source });
  }
  for (const { outcome, block } of inOrder(toAppend, outcomes)) doc = appendBlock(doc, block, outcome.target, outcome.merged?.json);
  return doc;
}

/** Whether a message of ours goes to another place: to its new section, or among those that both sides added. */
function isReplaced(outcome: Outcome, outcomes: readonly Outcome[]): boolean {
  const { mine, merged } = outcome;
  if (!mine || !merged) return false;
  const isNew = outcome.isNewIn.ours || outcome.isNewIn.theirs;
  return outcome.target !== mine.place || (isNew && bothAdded(outcomes, merged.place));
}

const both = new WeakMap<readonly Outcome[], Map<Place, boolean>>();

/** Whether both sides put something into a section, and not the same: only then the order is not that of one side. */
function bothAdded(outcomes: readonly Outcome[], place: Place): boolean {
  const known = both.get(outcomes) ?? new Map<Place, boolean>();
  both.set(outcomes, known);
  const answer = known.get(place) ?? look();
  known.set(place, answer);
  return answer;

  function look(): boolean {
    const here = outcomes.filter(({ merged }) => merged?.place === place).map(({ isNewIn }) => isNewIn);
    return here.some(({ ours }) => ours) && here.some(({ theirs }) => theirs) && here.some(({ ours, theirs }) => ours !== theirs);
  }
}

/**
 * As theirs has them; where both sides added something by time, then by uid, so that the order does not depend on the
 * direction. What cannot be read comes last, where its open end harms nobody.
 */
function inOrder<T extends { outcome: Outcome }>(items: readonly T[], outcomes: readonly Outcome[]): T[] {
  const rank = ({ merged, target }: Outcome) => (merged ? 0 : 2) + Number(target === 'archived');
  return [...items].sort(({ outcome: a }, { outcome: b }) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    const isSorted = a.merged !== undefined && bothAdded(outcomes, a.merged.place);
    return isSorted ? compareTexts(nameOf(a), nameOf(b)) : a.at - b.at;
  });
}

function nameOf({ entry: { message, key } }: Outcome): string {
  return message ? `${message.timestamp}\0${uidOf(message)}\0${key}` : key;
}

function sameBlocks(one: InboxDocument, other: InboxDocument): boolean {
  const [a, b] = [blocksOf(one), blocksOf(other)];
  return a.length === b.length && a.every((block, n) => block.raw === b[n]?.raw && block.place === b[n]?.place);
}

/** Whether the text, read again, has each message that it should have, once and in its state, and no other. */
function holds(bytes: Buffer, outcomes: readonly Outcome[]): boolean {
  const expected = outcomes.map(({ merged, entry }) => hashOf(merged?.json ?? entry.block.json.replaceAll('\r\n', '\n').trim())).sort();
  const is = blocksOf(parseInbox(bytes))
    .map(({ message, json }) => hashOf(message ?? json.replaceAll('\r\n', '\n').trim()))
    .sort();
  return expected.length === is.length && expected.every((hash, n) => hash === is[n]);
}

function latestIn(entries: readonly Entry[]): string {
  return entries.reduce((latest, { message }) => (message && message.timestamp > latest ? message.timestamp : latest), '');
}
