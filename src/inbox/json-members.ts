import { createScanner } from 'jsonc-parser';
import { closes, opens, TOKEN } from './json-tokens.ts';

/** A member of an object in a JSON text. Offsets into the text. */
export interface Member {
  key: string;
  keyStart: number;
  valueStart: number;
  valueEnd: number;
}

/** An object in a JSON text: its members, repeated keys included, and its span with the braces. */
export interface ObjectSpan {
  start: number;
  end: number;
  members: Member[];
}

/** Reads the members of the first object at or after `start`. The text is known to parse; comments are skipped. */
export function objectAt(json: string, start: number): ObjectSpan {
  const scanner = createScanner(json, true);
  scanner.setPosition(start);
  let token: number = scanner.scan();
  const span: ObjectSpan = { start: scanner.getTokenOffset(), end: json.length, members: [] };
  let depth = 0;
  let member: Member | undefined;
  for (; token !== TOKEN.end; token = scanner.scan()) {
    if (depth === 1 && token === TOKEN.string && member === undefined) {
      member = { key: scanner.getTokenValue(), keyStart: scanner.getTokenOffset(), valueStart: -1, valueEnd: -1 };
      span.members.push(member);
      continue;
    }
    if (closes(token)) depth -= 1;
    if (depth === 0 && closes(token)) {
      span.end = scanner.getTokenOffset() + 1;
      return span;
    }
    if (depth === 1 && token === TOKEN.comma) member = undefined;
    else if (member && !(depth === 1 && token === TOKEN.colon)) {
      if (member.valueStart === -1) member.valueStart = scanner.getTokenOffset();
      member.valueEnd = scanner.getTokenOffset() + scanner.getTokenLength();
    }
    if (opens(token)) depth += 1;
  }
  return span;
}
