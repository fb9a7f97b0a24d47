import type { Eol } from './document.ts';
import { fenceOf } from './fence-line.ts';
import { type ConflictMarker, Fences, type Heading, type JsonFence } from './fences.ts';
import { headingKind } from './headings.ts';
import { breaksIn, trimmed } from './lines.ts';
import { closeQuickly } from './quick-close.ts';
import { BOM, type Source } from './source.ts';

export interface Scan {
  headings: Heading[];
  fences: JsonFence[];
  markers: ConflictMarker[];
  eol: Eol;
}

const SPACE = 32;
const BOM_START = 0xef;
/** For each character code whether a line that means something may begin with it. */
const MARKS = Uint8Array.from({ length: 256 }, (_, code) => Number('`~#<=>|'.includes(String.fromCharCode(code))));

/** Finds headings, json fences and conflict markers, in one pass over the lines of a file. */
export function scan(source: Source): Scan {
  const { text } = source;
  const fences = new Fences();
  let line = 0;
  for (let start = 0, end = 0; start < text.length; start = end) {
    const newline = text.indexOf('\n', start);
    end = newline === -1 ? text.length : newline + 1;
    line += 1;
    const at = markAt(text, start);
    if (at === -1) continue;
    const indented = text.charCodeAt(at - 1) === SPACE;
    visitLine({ text: trimmed(text, at, end), start, end, line, indented }, fences);
    const closed = closeQuickly(source, fences, start);
    if (closed === undefined) continue;
    line += breaksIn(text, end, closed);
    end = closed;
  }
  fences.end(text.length);
  return {
    headings: fences.headings,
    fences: fences.found.filter((found) => found.kind === 'fence'),
    markers: fences.found.filter((found) => found.kind === 'marker'),
    eol: dominantEol(text, line),
  };
}

interface MarkedLine {
  /** Without indentation and white space at its end. */
  text: string;
  start: number;
  end: number;
  line: number;
  indented: boolean;
}

function visitLine(marked: MarkedLine, fences: Fences): void {
  const { text, start, end, line } = marked;
  if (text.startsWith('#')) {
    visitHeading(marked, fences);
    return;
  }
  const fence = fenceOf(text);
  if (fence) {
    fences.meet({ char: fence.char, size: fence.size, info: fence.info, start, end, line });
    return;
  }
  if (!marked.indented && /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(text)) fences.found.push({ kind: 'marker', line, char: text.charAt(0) });
}

function visitHeading({ text, start, end, indented }: MarkedLine, fences: Fences): void {
  const level = /^#{1,6}(?=[ \t]|$)/.exec(text)?.[0].length;
  if (level === undefined) return;
  const titleEnd = text.endsWith('#') ? text.replace(/[ \t]#+$/, '').length : text.length;
  const heading = { start, end, level, text: trimmed(text, level, titleEnd) };
  // "# …" is a comment in many languages; "## …" and "### …" are what sections and messages begin with.
  const ends = !indented && (level === 2 || level === 3) && text.charAt(level) === ' ';
  if (ends || !fences.inside || headingKind(heading) === 'message') fences.meetHeading(heading, ends);
}

function dominantEol(text: string, lines: number): Eol {
  let crlf = 0;
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) crlf += 1;
  return crlf * 2 > lines ? '\r\n' : '\n';
}

/** The offset of a line's first mark, after at most three spaces; -1 where the line is plain text. */
function markAt(text: string, start: number): number {
  let at = start;
  // A file with a BOM that was appended with `cat >>` has it in the middle.
  if (text.charCodeAt(at) === BOM_START && text.startsWith(BOM, at)) at += BOM.length;
  for (const limit = at + 3; at < limit && text.charCodeAt(at) === SPACE; ) at += 1;
  return MARKS[text.charCodeAt(at)] === 1 ? at : -1;
}
