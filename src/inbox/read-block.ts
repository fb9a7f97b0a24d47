import { isPlaceholderId } from '../message/ids.ts';
import { type BrokenContent, contentOf } from './content.ts';
import type { Block, BlockError } from './document.ts';
import { idOf, isCompleted, isTemplate } from './envelope.ts';
import type { JsonFence } from './fences.ts';
import { headingId, isOwnHeading } from './headings.ts';
import { breaksIn, endOfText, isBlank } from './lines.ts';
import type { PlacedHeading } from './places.ts';
import { fromLatin1, type Source } from './source.ts';

/** A block with its place in the file. */
export interface PlacedBlock {
  block: Block;
  start: number;
  end: number;
}

/** What a json fence turned out to be; `text` is JSON that is no message. */
export type Reading = { kind: 'text' } | { kind: 'inTemplates'; id: string } | ({ kind: 'block' } & PlacedBlock);

/** Reads one json fence; `heading` is the nearest one before it. Never throws on data. */
export function readFence(source: Source, fence: JsonFence, heading: PlacedHeading | undefined): Reading {
  const content = contentOf(source, fence);
  if (content.kind === 'other') return TEXT;
  const place = heading?.place ?? 'active';
  const above = heading && isBlank(source.text.slice(heading.end, fence.start)) ? heading : undefined;
  if (content.kind === 'broken') {
    const id = (above && headingId(above.text)) ?? lenientId(content.json);
    if (place === 'templates' || isPlaceholderId(id)) return TEXT;
    const jsonEnd = fence.closed ? fence.jsonEnd : endOfText(source.text, fence.jsonStart, fence.jsonEnd);
    // What cannot be understood stays in sight: its section is "active".
    return block(source, fence, above, {
      kind: 'broken',
      section: 'active',
      place,
      id,
      json: content.json,
      jsonEnd,
      error: errorOf(source, fence, content),
    });
  }
  const { json, message } = content;
  const id = idOf(message);
  if (isTemplate(message)) return TEXT;
  if (place === 'templates') return id === undefined ? TEXT : { kind: 'inTemplates', id };
  const section = place === 'archived' && isCompleted(message) ? 'archived' : 'active';
  const jsonEnd = fence.jsonStart + (source.ascii ? json.length : Buffer.byteLength(json));
  return block(source, fence, above, { kind: 'message', section, place, id, json, jsonEnd, message });
}

const TEXT: Reading = { kind: 'text' };

function block(
  { text }: Source,
  fence: JsonFence,
  above: PlacedHeading | undefined,
  { kind, section, place, id, json, jsonEnd, message, error }: Omit<Block, 'line' | 'heading' | 'open' | 'raw' | 'jsonStart'>,
): Reading {
  const own = above && isOwnHeading(above, id) ? above : undefined;
  const start = own?.start ?? fence.start;
  const end = fence.closed ? fence.end : endOfRest(text, jsonEnd);
  return {
    kind: 'block',
    start,
    end,
    block: {
      kind,
      section,
      place,
      line: fence.line,
      json,
      message,
      error,
      id,
      heading: own && fromLatin1(own.text),
      open: !fence.closed,
      raw: text.slice(start, end),
      jsonStart: fence.jsonStart - start,
      jsonEnd: jsonEnd - start,
    },
  };
}

function errorOf({ text }: Source, fence: JsonFence, { code, reason, json, offset }: BrokenContent): BlockError {
  const before = json.slice(0, offset);
  // A file that ends with the opening fence has no line below it.
  const first = text.charAt(fence.jsonStart - 1) === '\n' ? fence.line + 1 : fence.line;
  return { code, message: reason, line: first + breaksIn(before), column: offset - before.lastIndexOf('\n') };
}

/** After the JSON of an open fence: the end of the line, where nothing else stands on it but a misplaced fence. */
function endOfRest(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline + 1;
  return end - at < 80 && /^[ \t]*(?:`{3,}|~{3,})?[ \t\r]*\n?$/.test(text.slice(at, end)) ? end : at;
}

function lenientId(json: string): string | undefined {
  return /"id"\s*:\s*"([^"\\\r\n]{1,128})"/.exec(json)?.[1];
}
