import { isPlaceholderId } from '../message/ids.ts';

type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether JSON looks like a message in any of the three dialects; other objects are examples in prose. */
export function isEnvelope(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  return has('sender') || has('from_agent') || has('from_droid') || (has('id') && has('type'));
}

/** Whether an envelope shows how to write one: "msg-XXX", "claude|gpt". */
export function isTemplate(envelope: JsonObject): boolean {
  if (typeof envelope.id === 'string' && isPlaceholderId(envelope.id)) return true;
  return [envelope.type, envelope.status, envelope.sender].some((value) => typeof value === 'string' && value.includes('|'));
}

/** The id as the JSON has it; undefined where it has none. */
export function idOf(envelope: JsonObject): string | undefined {
  return typeof envelope.id === 'string' && envelope.id !== '' ? envelope.id : undefined;
}

export function isCompleted(envelope: JsonObject): boolean {
  return typeof envelope.status === 'string' && envelope.status.trim().toUpperCase() === 'COMPLETED';
}
