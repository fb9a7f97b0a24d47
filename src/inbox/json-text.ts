import { createScanner, type ParseError, parse } from 'jsonc-parser';
import { closes, opens, TOKEN, UNENDED_STRING } from './json-tokens.ts';
import { STRANGE_SPACE, syntaxWords, TOO_DEEP } from './syntax-words.ts';

/** JSON that was read, or where it stops being JSON. */
export type JsonResult = { value: unknown } | { offset: number; reason: string };

/** Parses strict JSON, or JSON with comments and trailing commas. */
export function readJson(json: string, dialect: 'json' | 'jsonc'): JsonResult {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return readLeniently(json, dialect);
  }
}

/** Where the first object or array of a text ends; undefined where none is complete. */
export function endOfFirstValue(json: string): number | undefined {
  const scanner = createScanner(json, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if ((scanner.getTokenError() as number) === UNENDED_STRING) return undefined;
    if (opens(token)) depth += 1;
    if (closes(token)) depth -= 1;
    if (depth <= 0) return depth === 0 && closes(token) ? scanner.getTokenOffset() + 1 : undefined;
  }
  return undefined;
}

function readLeniently(json: string, dialect: 'json' | 'jsonc'): JsonResult {
  const errors: ParseError[] = [];
  try {
    const value: unknown = parse(json, errors, { disallowComments: dialect === 'json', allowTrailingComma: dialect === 'jsonc' });
    const [first] = errors;
    if (first) return { offset: first.offset, reason: syntaxWords(first.error) };
    // The parser takes white space that JSON does not know, such as U+00A0.
    return dialect === 'jsonc' ? { value } : { offset: 0, reason: STRANGE_SPACE };
  } catch (error) {
    // Nested deeper than the stack goes.
    if (error instanceof RangeError) return { offset: 0, reason: TOO_DEEP };
    throw error;
  }
}
