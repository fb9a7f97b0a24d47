import { isUtf8 } from 'node:buffer';
import type { Problem } from '../message/message.ts';
import type { ConflictMarker } from './fences.ts';
import { breaksIn } from './lines.ts';
import type { PlacedBlock } from './read-block.ts';
import type { Source } from './source.ts';

/** Markers of an unresolved merge. A line of "=" alone underlines a title. */
export function conflictNotes(markers: readonly ConflictMarker[]): Problem[] {
  let inside = false;
  return markers.flatMap(({ char, line }) => {
    const counts = char === '<' || inside;
    if (char === '<') inside = true;
    if (char === '>') inside = false;
    return counts ? [conflictNote(char, line)] : [];
  });
}

export function inTemplatesNote(id: string, line: number): Problem {
  return {
    severity: 'warning',
    code: 'IN_TEMPLATES',
    message: `The message ${id} stands among the templates, where nobody reads it.`,
    hint: 'Move it below the heading of the active messages.',
    line,
  };
}

/** The first line of each stretch of text that is not UTF-8; blocks tell of themselves. */
export function utf8Notes({ bytes, text, utf8 }: Source, blocks: readonly PlacedBlock[]): Problem[] {
  if (utf8) return [];
  const notes: Problem[] = [];
  let line = 1;
  let at = 0;
  for (const { start, end } of [...blocks, { start: text.length, end: text.length }]) {
    if (!isUtf8(bytes.subarray(at, start))) notes.push(utf8Note(line + badLine(bytes, text, at, start)));
    line += breaksIn(text, at, end);
    at = end;
  }
  return notes;
}

function badLine(bytes: Buffer, text: string, from: number, to: number): number {
  let index = 0;
  for (let start = from; start < to; index += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline >= to ? to : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) return index;
    start = end;
  }
  return index;
}

function utf8Note(line: number): Problem {
  return {
    severity: 'warning',
    code: 'INVALID_UTF8',
    message: 'The text is not UTF-8.',
    hint: 'Save the file as UTF-8; some shells write UTF-16.',
    line,
  };
}

function conflictNote(char: string, line: number): Problem {
  return {
    severity: 'error',
    code: 'CONFLICT_MARKERS',
    message: `The line "${char.repeat(7)}" is left over from a merge.`,
    hint: 'Settle the conflict; "comms git setup" lets git merge inboxes by itself.',
    line,
  };
}
