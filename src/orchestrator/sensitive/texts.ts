import { isObject } from '../../message/json.ts';
import { FIELD_ORDER, type Message } from '../../message/message.ts';

/** What the tool writes, or what can only be a registered name or one of a few words. */
const NOT_WRITTEN_BY_SENDER = new Set(['id', 'uid', 'timestamp', 'sender', 'recipient', 'priority', 'status', 'delivery']);

/** The envelope's names are no sender's words either, though what stands under them is. By how deep they stand. */
const FIELDS = new Set<string>(FIELD_ORDER);
const CONTENT_FIELDS = new Set(['details', 'context', 'attachments']);
const ATTACHMENT_FIELDS = new Set(['path', 'bytes', 'sha256']);

/**
 * text: a string, or a number as text, under a name of the envelope. value: one under a name that the sender gave it.
 * key: that name. pair: both as `key=value`, since some secrets are known by their names only; it comes after the two.
 * lines: the strings of an array as lines of one text.
 */
export type TextKind = 'text' | 'value' | 'key' | 'pair' | 'lines';

/**
 * @param path The tokens of the JSON pointer to the member; valid during the call only.
 * @param start Where in the text the value begins.
 * @returns Whether to stop.
 */
export type TextVisitor = (text: string, kind: TextKind, path: readonly string[], start: number) => boolean;

/**
 * Shows `visit` everything in a message that its sender wrote, whatever the fields are called, until it says stop. Whether it did.
 * What is no message but said all the same, such as a result, is a member of `said`.
 */
export function someText(message: Message | Said, visit: TextVisitor): boolean {
  const path: string[] = [];
  for (const [name, value] of Object.entries(message)) {
    if (!NOT_WRITTEN_BY_SENDER.has(name) && member(name, value, path, visit)) return true;
  }
  return false;
}

/** Texts by what they are. By themselves some would have names of the envelope that nothing is looked for under. */
export interface Said {
  said: Readonly<Record<string, string>>;
}

/** Whether `name`, the last token of `path`, is the envelope's and not the sender's. */
export function isOfEnvelope(path: readonly string[], name: string): boolean {
  const { length } = path;
  if (length === 1) return FIELDS.has(name);
  if (path[0] !== 'content') return false;
  return (length === 2 && CONTENT_FIELDS.has(name)) || (length === 4 && path[1] === 'attachments' && ATTACHMENT_FIELDS.has(name));
}

function member(name: string, value: unknown, path: string[], visit: TextVisitor): boolean {
  path.push(name);
  const key = isOfEnvelope(path, name) ? undefined : name;
  const stops = (key !== undefined && visit(key, 'key', path, 0)) || inside(value, key, path, visit);
  path.pop();
  return stops;
}

/** The key of an item is that of its array. */
function inside(value: unknown, key: string | undefined, path: string[], visit: TextVisitor): boolean {
  if (typeof value === 'string') {
    if (key === undefined) return visit(value, 'text', path, 0);
    return visit(value, 'value', path, 0) || visit(`${key}=${value}`, 'pair', path, key.length + 1);
  }
  if (typeof value === 'number') return inside(String(value), key, path, visit);
  if (Array.isArray(value)) return items(value, key, path, visit);
  return isObject(value) && members(value, path, visit);
}

function items(values: readonly unknown[], key: string | undefined, path: string[], visit: TextVisitor): boolean {
  for (const [index, value] of values.entries()) {
    path.push(String(index));
    const stops = inside(value, key, path, visit);
    path.pop();
    if (stops) return true;
  }
  const lines = values.filter((value) => typeof value === 'string');
  return lines.length > 1 && visit(lines.join('\n'), 'lines', path, 0);
}

function members(value: Record<string, unknown>, path: string[], visit: TextVisitor): boolean {
  for (const [name, inner] of Object.entries(value)) if (member(name, inner, path, visit)) return true;
  return named(value, path, visit) || keyFile(value, path, visit);
}

/** `{"name": "AWS_SECRET_ACCESS_KEY", "value": "…"}`, as lists of environment variables have it. */
function named(fields: Record<string, unknown>, path: string[], visit: TextVisitor): boolean {
  const name = fields.name ?? fields.Name ?? fields.key ?? fields.Key;
  const at = typeof fields.value === 'string' ? 'value' : 'Value';
  const value = fields[at];
  return typeof name === 'string' && typeof value === 'string' && visit(`${name}=${value}`, 'pair', [...path, at], name.length + 1);
}

/** Google's key files are known by two members together. */
function keyFile({ private_key_id, private_key }: Record<string, unknown>, path: string[], visit: TextVisitor): boolean {
  if (private_key_id === undefined || typeof private_key !== 'string') return false;
  return visit(JSON.stringify({ private_key_id: '', private_key }), 'text', [...path, 'private_key'], 0);
}
