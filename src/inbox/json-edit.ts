import type { Eol } from './document.ts';
import { isObject } from './envelope.ts';
import { definedKeys, sameJson } from './json-equal.ts';
import { type Member, type ObjectSpan, objectAt } from './json-members.ts';

type JsonObject = Record<string, unknown>;

/** Replaces `json.slice(start, end)`. */
interface Splice {
  start: number;
  end: number;
  text: string;
}

/**
 * Turns the JSON text of `before` into one of `after`, and touches only the members that differ: unknown fields, their
 * order, spellings of numbers, indentation and line breaks of the others stay. A member that is undefined or missing in
 * `after` is removed.
 */
export function editJson(json: string, before: JsonObject, after: JsonObject, eol: Eol): string {
  const splices: Splice[] = [];
  diffObject({ json, eol, splices }, 0, before, after);
  return applied(json, splices);
}

interface Edit {
  json: string;
  eol: Eol;
  splices: Splice[];
}

function diffObject(edit: Edit, start: number, before: JsonObject, after: JsonObject): void {
  const span = objectAt(edit.json, start);
  const layout = layoutOf(edit, span);
  const kept = new Set(definedKeys(after));
  if (!span.members.some(({ key }) => kept.has(key))) {
    const same = span.members.length === 0 && kept.size === 0;
    if (!same) edit.splices.push({ start: span.start, end: span.end, text: layout.whole(after) });
    return;
  }
  removeMembers(edit, span, kept);
  for (const [key, member] of lastOfEach(span)) if (kept.has(key)) diffMember(edit, layout, member, before[key], after[key]);
  const added = [...kept].filter((key) => !Object.hasOwn(before, key));
  const end = span.members.at(-1)?.valueEnd ?? span.end;
  if (added.length > 0) edit.splices.push({ start: end, end, text: added.map((key) => layout.added(key, after[key])).join('') });
}

function diffMember(edit: Edit, layout: Layout, member: Member, before: unknown, after: unknown): void {
  if (sameJson(before, after)) return;
  if (isObject(before) && isObject(after)) diffObject(edit, member.valueStart, before, after);
  else edit.splices.push({ start: member.valueStart, end: member.valueEnd, text: layout.value(after) });
}

/** Takes members away with the comma before them, or after them where nothing that stays stands before. */
function removeMembers({ splices }: Edit, { members }: ObjectSpan, kept: ReadonlySet<string>): void {
  let first = true;
  for (const [index, member] of members.entries()) {
    if (kept.has(member.key)) first = false;
    else if (first) splices.push({ start: member.keyStart, end: members[index + 1]?.keyStart ?? member.valueEnd, text: '' });
    else splices.push({ start: members[index - 1]?.valueEnd ?? member.keyStart, end: member.valueEnd, text: '' });
  }
}

/** Of a repeated key the last member counts, as in JSON.parse. */
function lastOfEach({ members }: ObjectSpan): Map<string, Member> {
  return new Map(members.map((member) => [member.key, member]));
}

interface Layout {
  /** A value in the place of another. */
  value(value: unknown): string;
  /** A member behind the last one. */
  added(key: string, value: unknown): string;
  /** The object in the place of an empty one. */
  whole(value: JsonObject): string;
}

/** How an object is laid out, so that what is written into it looks the same. */
function layoutOf({ json, eol }: Edit, { start, members }: ObjectSpan): Layout {
  const base = indentAt(json, start);
  const [first] = members;
  const between = first ? json.slice(start + 1, first.keyStart) : '\n';
  const spread = between.includes('\n');
  const indent = first && spread ? between.slice(between.lastIndexOf('\n') + 1) : `${base}  `;
  const unit = indent.startsWith(base) && indent.length > base.length ? indent.slice(base.length) : '  ';
  const write = (value: unknown, margin: string) =>
    spread ? JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${margin}`) : JSON.stringify(value);
  const colon = first && json.slice(first.keyStart, first.valueStart).endsWith(':') ? ':' : ': ';
  return {
    value: (value) => write(value, indent),
    added: (key, value) => `,${spread ? eol + indent : ' '}${JSON.stringify(key)}${colon}${write(value, indent)}`,
    whole: (value) => write(value, base),
  };
}

/** The white space that the line of `offset` begins with. */
function indentAt(json: string, offset: number): string {
  const start = json.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(json.slice(start, offset))?.[0] ?? '';
}

function applied(json: string, splices: Splice[]): string {
  let text = '';
  let at = 0;
  for (const { start, end, text: inserted } of splices.sort((one, other) => one.start - other.start)) {
    text += json.slice(at, start) + inserted;
    at = end;
  }
  return text + json.slice(at);
}
