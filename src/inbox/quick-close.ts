import type { Fences } from './fences.ts';
import { decode, isUtf8Between, type Source } from './source.ts';

/**
 * Ends the json fence that was opened by the line at `start` without a look at each of its lines: no line of valid JSON looks
 * like a fence or a heading, so the first line that closes the fence is the one, if what stands before it parses. Returns
 * the offset behind it; undefined where the lines must be looked at. Fences that begin a line find the next of their kind,
 * so that no byte is searched twice.
 */
export function closeQuickly(source: Source, fences: Fences, start: number): number | undefined {
  const { text } = source;
  const fence = fences.openJson;
  if (fence?.start !== start || !text.startsWith('```', start) || text.startsWith('`', start + 3)) return undefined;
  const close = text.indexOf('\n```', fence.jsonStart - 1) + 1;
  if (close < fence.jsonStart) return undefined;
  const newline = text.indexOf('\n', close);
  const end = newline === -1 ? text.length : newline + 1;
  if (!/^`+\s*$/.test(text.slice(close, end)) || !isUtf8Between(source, fence.jsonStart, close)) return undefined;
  const read = parsed(decode(source, fence.jsonStart, close));
  if (!read) return undefined;
  fence.read = read;
  fences.closeJson(close, end);
  return end;
}

function parsed(json: string): { json: string; value: unknown } | undefined {
  // What JSON.parse refuses costs an exception.
  if (!json.trimStart().startsWith('{')) return undefined;
  try {
    return { json, value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
