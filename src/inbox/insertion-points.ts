import { endOfContent, isBlank, isRule } from './lines.ts';
import type { PlacedHeading } from './places.ts';
import { BOM } from './source.ts';

/** Offsets at which messages are put in. */
export interface InsertionPoints {
  active: number;
  needsActiveHeading: boolean;
  archived: number | undefined;
}

/** Finds the ends of the active and of the archive section. `blockEnds` tell where messages stand. */
export function insertionPoints(text: string, headings: readonly PlacedHeading[], blockEnds: readonly number[]): InsertionPoints {
  const endOf = (from: number, to: number) => sectionEnd(text, headings, from, to);
  const { from, to } = activeSection(text, headings);
  const archive = headings.findIndex(({ place }) => place === 'archived');
  const floor = startOf(headings, from, text);
  const limit = headings[to]?.start ?? text.length;
  return {
    active: endOf(from, to),
    needsActiveHeading:
      headings.some(({ place }) => place !== 'active') &&
      headings.every(({ kind }) => kind !== 'active') &&
      !blockEnds.some((end) => end > floor && end <= limit) &&
      !headings.slice(0, to).some(({ kind }) => kind === 'message'),
    archived:
      archive === -1
        ? undefined
        : endOf(
            archive,
            nextIndex(headings, archive, ({ place }) => place !== 'archived'),
          ),
  };
}

/** The headings between which a new message goes: the one that opens the section (-1: the file's start), and the next. */
function activeSection(text: string, headings: readonly PlacedHeading[]): { from: number; to: number } {
  const named = headings.findIndex(({ kind, place, text: title }) => kind === 'active' && place === 'active' && /active/i.test(title));
  if (named !== -1) {
    const level = headings[named]?.level ?? 1;
    return {
      from: named,
      to: nextIndex(headings, named, (next) => next.place !== 'active' || (next.kind !== 'message' && next.level <= level)),
    };
  }
  const archive = headings.findIndex(({ place }) => place === 'archived');
  const isActive = ({ place }: PlacedHeading) => place === 'active';
  const before = headings.slice(0, archive === -1 ? headings.length : archive).findLastIndex(isActive);
  const preamble = headings[0] !== undefined && !isBlank(text.slice(startOf(headings, -1, text), headings[0].start));
  const from = before !== -1 || preamble ? before : headings.findLastIndex(isActive);
  return { from, to: nextIndex(headings, from, (next) => next.place !== 'active') };
}

function sectionEnd(text: string, headings: readonly PlacedHeading[], from: number, to: number): number {
  const limit = headings[to]?.start ?? text.length;
  const floor = startOf(headings, from, text);
  // A rule above the next heading goes with that heading; below a paragraph it would be an underline.
  const skips = (line: string, at: number) => to < headings.length && isRule(line) && (at === floor || isBlank(lineBefore(text, at)));
  return endOfContent(text, floor, limit, skips);
}

function startOf(headings: readonly PlacedHeading[], index: number, text: string): number {
  return headings[index]?.end ?? (text.startsWith(BOM) ? BOM.length : 0);
}

function nextIndex(headings: readonly PlacedHeading[], after: number, matches: (heading: PlacedHeading) => boolean): number {
  const index = headings.findIndex((heading, at) => at > after && matches(heading));
  return index === -1 ? headings.length : index;
}

function lineBefore(text: string, at: number): string {
  return text.slice(at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1, at);
}
