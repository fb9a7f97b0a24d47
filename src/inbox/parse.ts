import type { Problem } from '../message/message.ts';
import type { InboxDocument, Segment } from './document.ts';
import { type InsertionPoints, insertionPoints } from './insertion-points.ts';
import { conflictNotes, inTemplatesNote, utf8Notes } from './notes.ts';
import { placesOf } from './places.ts';
import { type PlacedBlock, readFence } from './read-block.ts';
import { scan } from './scan.ts';
import { sourceOf } from './source.ts';

/**
 * Understands an inbox file (DESIGN §3). Never throws on data: whatever is not a message stays as the text that it is, and
 * {@link problemsOf} tells what falls short. Takes time in proportion to the file's size.
 */
export function parseInbox(bytes: Buffer): InboxDocument {
  const source = sourceOf(bytes);
  const { headings: found, fences, markers, eol } = scan(source);
  const headings = placesOf(source.text, found);
  const blocks: PlacedBlock[] = [];
  const notes: Problem[] = conflictNotes(markers);
  for (const fence of fences) {
    const reading = readFence(source, fence, headings[fence.headings - 1]);
    if (reading.kind === 'block') blocks.push(reading);
    if (reading.kind === 'inTemplates') notes.push(inTemplatesNote(reading.id, fence.line));
  }
  const points = insertionPoints(
    source.text,
    headings,
    blocks.map(({ end }) => end),
  );
  notes.push(...utf8Notes(source, blocks));
  const last = headings.at(-1);
  return {
    ...segmentsOf(source.text, blocks, points),
    eol,
    needsActiveHeading: points.needsActiveHeading,
    archiveLevel: last?.place === 'templates' && headings.some(({ kind, level }) => kind === 'templates' && level === 1) ? 1 : 2,
    notes,
  };
}

/** Cuts the text at the blocks and at the insertion points. */
function segmentsOf(
  text: string,
  blocks: readonly PlacedBlock[],
  points: InsertionPoints,
): Pick<InboxDocument, 'segments' | 'activeEnd' | 'archivedEnd'> {
  const segments: Segment[] = [];
  let at = 0;
  const textUpTo = (end: number) => {
    if (end > at) segments.push({ kind: 'text', raw: text.slice(at, end) });
    at = Math.max(at, end);
    return segments.length;
  };
  const cuts = [points.active, points.archived].filter((point) => point !== undefined).sort((one, other) => one - other);
  const indexAt = new Map<number, number>();
  const cutUpTo = (limit: number) => {
    for (let cut = cuts[0]; cut !== undefined && cut <= limit; cut = cuts[0]) {
      indexAt.set(cut, textUpTo(cut));
      cuts.shift();
    }
  };
  for (const { block, start, end } of blocks) {
    cutUpTo(start);
    textUpTo(start);
    segments.push(block);
    at = end;
  }
  cutUpTo(text.length);
  textUpTo(text.length);
  return {
    segments,
    activeEnd: indexAt.get(points.active) ?? segments.length,
    archivedEnd: points.archived === undefined ? undefined : indexAt.get(points.archived),
  };
}
