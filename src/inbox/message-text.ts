import { render } from '../message/fields.ts';
import type { Message } from '../message/message.ts';
import type { Eol } from './document.ts';
import { isBlank } from './lines.ts';
import { BOM } from './source.ts';

export interface Surroundings {
  /** The bytes before the insertion: the last four will do; none at the start of the file. */
  before: Buffer;
  /** The bytes after it: the first four will do; none at the end of the file. */
  after?: Buffer;
  /** Default: as `before` ends, else "\n". */
  eol?: Eol;
}

/**
 * The bytes that put a message in at {@link insertionOffset}, for a caller who splices without parsing again: a blank line
 * where none precedes, the heading, and the message in its fence.
 */
export function renderAppended(message: Message, { before, after, eol }: Surroundings): Buffer {
  const preceding = before.toString('latin1');
  const lineEnd = eol ?? (preceding.endsWith('\r\n') ? '\r\n' : '\n');
  const following = after === undefined ? '' : after.toString('latin1');
  return Buffer.from(`${leadAfter(preceding, lineEnd)}${messageText(message, lineEnd).text}${trailBefore(following, lineEnd)}`, 'utf8');
}

/** The lines of a new message, and where in them the JSON is. */
export function messageText(message: Message, eol: Eol): { text: string; heading: string; json: string; jsonStart: number } {
  const heading = `Message: ${headingSafe(message.id)}`;
  const json = render(message).replaceAll('\n', eol);
  const head = `### ${heading}${eol}${eol}\`\`\`json${eol}`;
  return { text: `${head}${json}${eol}\`\`\`${eol}`, heading, json, jsonStart: head.length };
}

/** What makes exactly one blank line after `before`, the latin1 text that precedes. */
export function leadAfter(before: string, eol: Eol): string {
  if (before === '' || before.endsWith(BOM)) return '';
  if (!before.endsWith('\n')) return eol + eol;
  return /\n[ \t]*\r?\n$/.test(before) || /^\r?\n$/.test(before) ? '' : eol;
}

/** What makes a blank line before `after`, where there is none. */
export function trailBefore(after: string, eol: Eol): string {
  const newline = after.indexOf('\n');
  return isBlank(newline === -1 ? after : after.slice(0, newline)) ? '' : eol;
}

/** An id as it can stand in a heading; one that people wrote may hold line breaks. */
function headingSafe(id: string): string {
  return id.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').slice(0, 128);
}
