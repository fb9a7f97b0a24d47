import type { Block, InboxDocument, Segment } from './document.ts';

/** The document with segments taken away and put in; what goes in at an insertion point stands behind it. */
export function spliced(doc: InboxDocument, at: number, removed: number, added: readonly Segment[]): InboxDocument {
  const segments = doc.segments.slice();
  segments.splice(at, removed, ...added);
  const moved = (index: number) => (index < at + removed ? Math.min(index, at) : index === at ? at : index - removed + added.length);
  const { activeEnd, archivedEnd } = doc;
  return { ...doc, segments, activeEnd: moved(activeEnd), archivedEnd: archivedEnd === undefined ? undefined : moved(archivedEnd) };
}

/** Where a block stands. A caller who holds one that was edited since has lost its track. */
export function indexOfBlock(doc: InboxDocument, block: Block): number {
  const index = doc.segments.indexOf(block);
  if (index === -1) throw new Error(`The block ${block.id ?? `in line ${block.line}`} is not in the document.`);
  return index;
}

/** The last bytes before a segment, enough to tell a blank line. */
export function tailBefore(doc: InboxDocument, index: number): string {
  let tail = '';
  for (let at = index - 1; at >= 0 && tail.length < 4; at -= 1) tail = (doc.segments[at]?.raw.slice(-4) ?? '') + tail;
  return tail;
}

/** The first bytes from a segment on. */
export function headFrom(doc: InboxDocument, index: number): string {
  let head = '';
  for (let at = index; at < doc.segments.length && head.length < 4; at += 1) head += doc.segments[at]?.raw.slice(0, 4) ?? '';
  return head;
}
