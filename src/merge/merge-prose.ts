import type { InboxDocument } from '../inbox/inbox.ts';
import { diffLines, type Hunk } from './diff.ts';
import { type Item, itemsOf, type ProseLine, proseOf } from './prose-items.ts';

/** The bytes (one character each) of ours with what theirs changed around the messages, and whether that conflicts. */
export interface MergedProse {
  raw: string;
  changed: boolean;
  conflict: boolean;
}

/** A stretch that somebody changed: lines of the base with those of either side in their place. */
interface Region {
  ours: Range;
  theirs: Range;
  kind: 'ours' | 'theirs' | 'conflict';
}

interface Range {
  start: number;
  end: number;
}

/**
 * Merges what people wrote between the messages, line by line; white space at the ends of lines, blank lines and the kind
 * of line break do not count. A change on one side wins over none. Where both changed the same place to something else,
 * both stay, between the markers of git, above the messages that follow.
 */
export function mergeProse(base: InboxDocument, ours: InboxDocument, theirs: InboxDocument): MergedProse {
  const [items, others] = [itemsOf(ours), itemsOf(theirs)];
  const [before, mine, yours] = [proseOf(itemsOf(base)), proseOf(items), proseOf(others)];
  const texts = (lines: readonly ProseLine[]) => lines.map(({ text }) => text);
  const regions = regionsOf(diffLines(texts(before), texts(mine)), diffLines(texts(before), texts(yours)), {
    same: (a, b) => texts(mine.slice(a.start, a.end)).join('\n') === texts(yours.slice(b.start, b.end)).join('\n'),
  }).filter(({ kind }) => kind !== 'ours');
  let out = items.map(({ raw }) => raw);
  // From the end, so that what stands before keeps its place.
  for (const region of regions.reverse()) out = applied(out, region, { items, others, mine, yours, eol: ours.eol });
  return { raw: out.join(''), changed: regions.length > 0, conflict: regions.some(({ kind }) => kind === 'conflict') };
}

/** Puts the changes of both sides side by side; those that touch are one region. */
function regionsOf(ours: Hunk[], theirs: Hunk[], { same }: { same: (ours: Range, theirs: Range) => boolean }): Region[] {
  const regions: Region[] = [];
  const [mine, yours] = [[...ours], [...theirs]];
  // How far the lines of a side have moved against the base so far.
  let [shiftMine, shiftYours] = [0, 0];
  while (mine.length > 0 || yours.length > 0) {
    const from = Math.min(mine[0]?.from ?? Infinity, yours[0]?.from ?? Infinity);
    let to = from;
    const taken: { mine: Hunk[]; yours: Hunk[] } = { mine: [], yours: [] };
    for (let grown = true; grown; ) {
      grown = false;
      for (const [queue, list] of [[mine, taken.mine] as const, [yours, taken.yours] as const]) {
        while (queue[0] && queue[0].from <= to) {
          const hunk = queue.shift() as Hunk;
          list.push(hunk);
          to = Math.max(to, hunk.to);
          grown = true;
        }
      }
    }
    const range = (hunks: Hunk[], shift: number): { range: Range; shift: number } => {
      const last = hunks.at(-1);
      const after = last ? last.end - last.to : shift;
      return { range: { start: from + shift, end: to + after }, shift: after };
    };
    const [a, b] = [range(taken.mine, shiftMine), range(taken.yours, shiftYours)];
    [shiftMine, shiftYours] = [a.shift, b.shift];
    const kind =
      taken.yours.length === 0 || (taken.mine.length > 0 && same(a.range, b.range))
        ? 'ours'
        : taken.mine.length === 0
          ? 'theirs'
          : 'conflict';
    regions.push({ ours: a.range, theirs: b.range, kind });
  }
  return regions;
}

interface Sides {
  items: Item[];
  others: Item[];
  mine: ProseLine[];
  yours: ProseLine[];
  eol: string;
}

function applied(out: string[], { ours, theirs, kind }: Region, { items, others, mine, yours, eol }: Sides): string[] {
  const next = [...out];
  const old = mine.slice(ours.start, ours.end);
  const chunk = chunkOf(others, yours, theirs).map((line) => withEol(line, eol));
  // In the place of other lines, those have their blank lines already.
  const fresh = old.length > 0 ? withoutLastBlanks(chunk) : chunk;
  const marked = [
    `<<<<<<< ours${eol}`,
    ...withoutLastBlanks(chunkOf(items, mine, ours).map((line) => withEol(line, eol))),
    `=======${eol}`,
    ...withoutLastBlanks(fresh),
    `>>>>>>> theirs${eol}`,
  ];
  const at = old[0]?.index ?? insertionIndex(items, mine, others, yours, ours, theirs);
  for (const { index } of old) next[index] = '';
  if (fresh.length === 0 && kind === 'theirs') dropBlanks(next, items, (old.at(-1)?.index ?? items.length) + 1);
  const before = next.slice(0, at).join('');
  const unended = before === '' || before.endsWith('\n') ? '' : eol;
  const lead = unended + (old.length === 0 && isApart(others, yours, theirs) && !/(?:^|\n)\r?\n$/.test(before) ? eol : '');
  next[at] = lead + (kind === 'conflict' ? marked : fresh).join('') + (next[at] ?? '');
  return next;
}

/** Whether a blank line stands before the lines of a range. */
function isApart(items: readonly Item[], lines: readonly ProseLine[], { start }: Range): boolean {
  return items[(lines[start]?.index ?? 0) - 1]?.kind === 'blank';
}

/** The blank lines behind lines that go. */
function dropBlanks(out: string[], items: readonly Item[], from: number): void {
  for (let index = from; items[index]?.kind === 'blank'; index += 1) out[index] = '';
}

/** The lines of a range as they stand, with the blank ones between and behind them; messages among them stay out. */
function chunkOf(items: readonly Item[], lines: readonly ProseLine[], { start, end }: Range): string[] {
  const [first, last] = [lines[start], lines[end - 1]];
  if (!first || !last || end <= start) return [];
  let stop = last.index + 1;
  while (items[stop]?.kind === 'blank') stop += 1;
  return items.slice(first.index, stop).flatMap((item) => (item.kind === 'block' ? [] : [item.raw]));
}

/** Where new lines go: before the line that follows them, where it does so at once, else behind the one that precedes. */
function insertionIndex(
  items: readonly Item[],
  mine: readonly ProseLine[],
  others: readonly Item[],
  yours: readonly ProseLine[],
  ours: Range,
  theirs: Range,
): number {
  const last = yours[theirs.end - 1];
  let after = (last?.index ?? -1) + 1;
  while (others[after]?.kind === 'blank') after += 1;
  const before = mine[ours.start - 1];
  if (others[after]?.kind !== 'block' || !before) return mine[ours.start]?.index ?? items.length;
  let at = before.index + 1;
  while (items[at]?.kind === 'blank') at += 1;
  return at;
}

function withoutLastBlanks(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function withEol(line: string, eol: string): string {
  return `${line.replace(/\r?\n$/, '')}${eol}`;
}
