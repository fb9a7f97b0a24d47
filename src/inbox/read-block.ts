import { isPlaceholderId } from '../message/ids.ts';
import type { Block, BlockError } from './document.ts';
import { idOf, isCompleted, isEnvelope, isTemplate } from './envelope.ts';
import type { JsonFence } from './fences.ts';
import { headingId, isOwnHeading } from './headings.ts';
import { endOfFirstValue, readJson } from './json-text.ts';
import { isBlank } from './lines.ts';
import type { Place, PlacedHeading } from './places.ts';
import { decode, fromLatin1, isUtf8Between, type Source } from './source.ts';

/** A block with its place in the file. */
export interface PlacedBlock {
  block: Block;
  start: number;
  end: number;
}

/** What a json fence turned out to be; `text` is JSON that is no message. */
export type Reading = { kind: 'text' } | { kind: 'inTemplates'; id: string } | ({ kind: 'block' } & PlacedBlock);

/** Reads one json fence. Never throws on data. */
export function readFence(source: Source, fence: JsonFence, heading: PlacedHeading | undefined): Reading {
  const place = heading?.place ?? 'active';
  const json = decode(source, fence.jsonStart, fence.jsonEnd);
  const content = understand(json, fence, isUtf8Between(source, fence.jsonStart, fence.jsonEnd));
  if (content.kind === 'other') return { kind: 'text' };
  const above = heading && isBlank(source.text.slice(heading.end, fence.start)) ? heading : undefined;
  if (content.kind === 'broken') {
    const id = (above && headingId(above.text)) ?? lenientId(json);
    if (place === 'templates' || (id !== undefined && isPlaceholderId(id))) return { kind: 'text' };
    return brokenBlock(source, fence, { place, above, id, content });
  }
  const { message } = content;
  const id = idOf(message);
  if (isTemplate(message)) return { kind: 'text' };
  if (place === 'templates') return id === undefined ? { kind: 'text' } : { kind: 'inTemplates', id };
  const jsonEnd = fence.jsonStart + Buffer.byteLength(content.json);
  const end = fence.closed ? fence.end : endOfRest(source.text, jsonEnd);
  const section = place === 'archived' && isCompleted(message) ? 'archived' : 'active';
  return placed(
    source,
    fence,
    above,
    { start: fence.jsonStart, jsonEnd, end },
    {
      kind: 'message',
      section,
      place,
      json: content.json,
      message,
      id,
    },
  );
}

type Content =
  | { kind: 'message'; json: string; message: Record<string, unknown> }
  | { kind: 'broken'; json: string; code: BlockError['code']; reason: string; offset: number }
  | { kind: 'other' };

function understand(json: string, fence: JsonFence, utf8: boolean): Content {
  const text = fence.closed ? withoutLastBreak(json) : json.slice(0, endOfFirstValue(json) ?? json.trimEnd().length);
  const broken = (code: BlockError['code'], reason: string, offset: number): Content => ({
    kind: 'broken',
    json: text,
    code,
    reason,
    offset,
  });
  const result = readJson(text, fence.dialect);
  if ('value' in result) {
    const { value } = result;
    if (Array.isArray(value) && value.some(isEnvelope)) return broken('NOT_ONE_MESSAGE', 'The block holds a list of messages.', 0);
    if (!isEnvelope(value)) return { kind: 'other' };
    if (!utf8) return broken('INVALID_UTF8', 'The block is not UTF-8.', firstReplacement(text));
    if (!fence.closed && startsObject(json.slice(text.length))) return severalMessages();
    return { kind: 'message', json: text, message: value };
  }
  if (!utf8) return broken('INVALID_UTF8', 'The block is not UTF-8.', firstReplacement(text));
  if (holdsSeveral(text, fence.dialect)) return severalMessages();
  if (!fence.closed) return broken('OPEN_FENCE', `The fence is not closed, and its JSON is not complete: ${result.reason}.`, result.offset);
  return broken('BAD_JSON', text.trim() === '' ? 'The block is empty.' : `The block is not JSON: ${result.reason}.`, result.offset);

  function severalMessages(): Content {
    return broken('NOT_ONE_MESSAGE', 'The block holds more than one object.', endOfFirstValue(json) ?? 0);
  }
}

function holdsSeveral(text: string, dialect: JsonFence['dialect']): boolean {
  const end = endOfFirstValue(text);
  if (end === undefined || !startsObject(text.slice(end))) return false;
  const first = readJson(text.slice(0, end), dialect);
  return 'value' in first && isEnvelope(first.value);
}

function startsObject(rest: string): boolean {
  const next = rest.trimStart();
  return next.startsWith('{') || (next.startsWith(',') && next.slice(1).trimStart().startsWith('{'));
}

function brokenBlock(
  source: Source,
  fence: JsonFence,
  {
    place,
    above,
    id,
    content,
  }: {
    place: Exclude<Place, 'templates'>;
    above: PlacedHeading | undefined;
    id: string | undefined;
    content: Content & { kind: 'broken' };
  },
): Reading {
  const trimmedEnd = fence.closed ? fence.end : fence.jsonStart + source.text.slice(fence.jsonStart, fence.end).trimEnd().length;
  const end = fence.closed ? trimmedEnd : endOfRest(source.text, Math.max(trimmedEnd, fence.jsonStart));
  const before = content.json.slice(0, content.offset);
  const breaks = before.split('\n').length - 1;
  const error: BlockError = {
    code: content.code,
    message: content.reason,
    line: fence.line + 1 + breaks,
    column: before.length - (before.lastIndexOf('\n') + 1) + 1,
  };
  const jsonEnd = fence.closed ? fence.jsonEnd : trimmedEnd;
  return placed(
    source,
    fence,
    above,
    { start: fence.jsonStart, jsonEnd: Math.max(jsonEnd, fence.jsonStart), end },
    {
      kind: 'broken',
      // What cannot be understood stays in sight.
      section: 'active',
      place,
      json: content.json,
      error,
      id,
    },
  );
}

function placed(
  { text }: Source,
  fence: JsonFence,
  above: PlacedHeading | undefined,
  json: { start: number; jsonEnd: number; end: number },
  block: Pick<Block, 'kind' | 'section' | 'place' | 'json' | 'message' | 'error' | 'id'>,
): Reading {
  const own = above && isOwnHeading(above, block.id) ? above : undefined;
  const start = own?.start ?? fence.start;
  return {
    kind: 'block',
    start,
    end: json.end,
    block: {
      ...block,
      line: fence.line,
      heading: own && fromLatin1(own.text),
      open: !fence.closed,
      raw: text.slice(start, json.end),
      jsonStart: json.start - start,
      jsonEnd: json.jsonEnd - start,
    },
  };
}

/** After the JSON of an open fence: the end of the line, where nothing else stands on it but a misplaced fence. */
function endOfRest(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline + 1;
  return end - at < 80 && /^[ \t]*(?:`{3,}|~{3,})?[ \t\r]*\n?$/.test(text.slice(at, end)) ? end : at;
}

function withoutLastBreak(json: string): string {
  if (!json.endsWith('\n')) return json;
  return json.slice(0, json.endsWith('\r\n') ? -2 : -1);
}

function firstReplacement(text: string): number {
  return Math.max(0, text.indexOf('\ufffd'));
}

function lenientId(json: string): string | undefined {
  return /"id"\s*:\s*"([^"\\\r\n]{1,128})"/.exec(json)?.[1];
}
