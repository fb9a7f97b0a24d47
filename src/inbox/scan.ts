import type { Eol } from './document.ts';
import { fenceOf } from './fence-line.ts';
import { type ConflictMarker, Fences, type JsonFence } from './fences.ts';

/** A heading outside of fences. Offsets into the file, `end` with the line break; `text` one character a byte. */
export interface Heading {
  start: number;
  end: number;
  level: number;
  text: string;
}

export interface Scan {
  headings: Heading[];
  fences: JsonFence[];
  markers: ConflictMarker[];
  eol: Eol;
}

export const BOM = '\u00ef\u00bb\u00bf';

const CR = 13;
const SPACE = 32;
const BOM_START = 0xef;
/** The characters that a line which means something begins with. */
const MARKS = new Set([...'`~#<=>|'].map((char) => char.charCodeAt(0)));

/** Finds headings, json fences and conflict markers in a file that was decoded as latin1, in one pass over its lines. */
export function scan(text: string): Scan {
  const fences = new Fences();
  const headings: Heading[] = [];
  let line = 0;
  let crlf = 0;
  for (let start = 0, end = 0; start < text.length; start = end) {
    const newline = text.indexOf('\n', start);
    end = newline === -1 ? text.length : newline + 1;
    line += 1;
    if (text.charCodeAt(newline - 1) === CR) crlf += 1;
    const at = markAt(text, start);
    if (at !== -1)
      visitLine({ text: text.slice(at, end).trimEnd(), start, end, line, indented: text.charCodeAt(start) === SPACE }, fences, headings);
  }
  fences.endAll(text.length);
  return {
    headings,
    fences: fences.found.filter((found) => found.kind === 'fence'),
    markers: fences.found.filter((found) => found.kind === 'marker'),
    eol: crlf * 2 > line ? '\r\n' : '\n',
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

function visitLine(marked: MarkedLine, fences: Fences, headings: Heading[]): void {
  const { text, start, end, line } = marked;
  const fence = fenceOf(text);
  if (fence) {
    fences.meet({ ...fence, start, end, line }, headings.length);
    return;
  }
  if (text.startsWith('#')) {
    visitHeading(marked, fences, headings);
    return;
  }
  if (!marked.indented && /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(text)) fences.found.push({ kind: 'marker', line, char: text.charAt(0) });
}

function visitHeading({ text, start, end, indented }: MarkedLine, fences: Fences, headings: Heading[]): void {
  const level = /^#{1,6}(?=[ \t]|$)/.exec(text)?.[0].length;
  if (level === undefined) return;
  if (fences.inside) {
    // "# …" is a comment in many languages; "## …" and "### …" are what sections and messages begin with.
    if (indented || (level !== 2 && level !== 3) || text.charAt(level) !== ' ') return;
    fences.endAll(start);
  }
  headings.push({
    start,
    end,
    level,
    text: text
      .slice(level)
      .replace(/[ \t]#+$/, '')
      .trim(),
  });
}

/** The offset of a line's first mark, after at most three spaces; -1 where the line is plain text. */
function markAt(text: string, start: number): number {
  let at = start;
  // A file with a BOM that was appended with `cat >>` has it in the middle.
  if (text.charCodeAt(at) === BOM_START && text.startsWith(BOM, at)) at += BOM.length;
  for (const limit = at + 3; at < limit && text.charCodeAt(at) === SPACE; ) at += 1;
  return MARKS.has(text.charCodeAt(at)) ? at : -1;
}
