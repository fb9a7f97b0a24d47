import { isTooDeep } from '../message/json.ts';
import type { BlockError } from './document.ts';
import { isEnvelope } from './envelope.ts';
import type { JsonFence } from './fences.ts';
import { endOfFirstValue, readJson } from './json-text.ts';
import { decode, isUtf8Between, type Source } from './source.ts';

/** What a json fence holds: a message, something that should be one, or JSON that is none. */
export type Content = { kind: 'message'; json: string; message: Record<string, unknown> } | BrokenContent | { kind: 'other' };

export interface BrokenContent {
  kind: 'broken';
  json: string;
  code: BlockError['code'];
  reason: string;
  /** Where in `json` the trouble is. */
  offset: number;
}

/** Parses what stands between the fences. Of an open fence only the first value counts: what follows may be prose. */
export function contentOf(source: Source, fence: JsonFence): Content {
  if (fence.read && isEnvelope(fence.read.value)) return messageOf(withoutLastBreak(fence.read.json), fence.read.value);
  const all = fence.read?.json ?? decode(source, fence.jsonStart, fence.jsonEnd);
  const json = fence.closed ? withoutLastBreak(all) : all.slice(0, endOfFirstValue(all) ?? all.trimEnd().length);
  const result = readJson(json, fence.dialect);
  if ('value' in result && !isMessages(result.value)) return { kind: 'other' };
  // Behind the JSON of an open fence there may be other text.
  if (json.includes('\ufffd') && !isUtf8Between(source, fence.jsonStart, fence.jsonEnd)) {
    return broken(json, 'INVALID_UTF8', 'The block is not UTF-8.', json.indexOf('\ufffd'));
  }
  if (holdsSeveral(all, fence.dialect)) {
    return broken(json, 'NOT_ONE_MESSAGE', 'The block holds several objects.', Math.min(json.length, endOfFirstValue(all) ?? 0));
  }
  if ('value' in result) {
    const { value } = result;
    if (isEnvelope(value)) return messageOf(json, value);
    return broken(json, 'NOT_ONE_MESSAGE', 'The block holds a list of messages.', 0);
  }
  if (!fence.closed)
    return broken(json, 'OPEN_FENCE', `The fence is not closed, and its JSON is not complete: ${result.reason}.`, result.offset);
  return broken(json, 'BAD_JSON', json.trim() === '' ? 'The block is empty.' : `The block is not JSON: ${result.reason}.`, result.offset);
}

/** A message, unless writing it would overflow the stack: one such block must not stop every command that meets it. */
function messageOf(json: string, message: Record<string, unknown>): Content {
  return mayBeDeep(json) && isTooDeep(message)
    ? broken(json, 'BAD_JSON', 'The block is nested more than 100 levels deep.', 0)
    : { kind: 'message', json, message };
}

/** Whether there are enough brackets for it; counting them costs a full inbox less than walking through its messages. */
function mayBeDeep(json: string): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) brackets += 1;
  }
  return brackets > 100;
}

function broken(json: string, code: BrokenContent['code'], reason: string, offset: number): BrokenContent {
  return { kind: 'broken', json, code, reason, offset };
}

function isMessages(value: unknown): boolean {
  return isEnvelope(value) || (Array.isArray(value) && value.some(isEnvelope));
}

/** Whether a message is followed by a second object. */
function holdsSeveral(text: string, dialect: JsonFence['dialect']): boolean {
  const end = endOfFirstValue(text);
  if (end === undefined) return false;
  const rest = text.slice(end).trimStart();
  if (!rest.startsWith('{') && !(rest.startsWith(',') && rest.slice(1).trimStart().startsWith('{'))) return false;
  const first = readJson(text.slice(0, end), dialect);
  return 'value' in first && isEnvelope(first.value);
}

function withoutLastBreak(json: string): string {
  if (!json.endsWith('\n')) return json;
  return json.slice(0, json.endsWith('\r\n') ? -2 : -1);
}
