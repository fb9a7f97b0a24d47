import { createHash } from 'node:crypto';
import type { Message } from './message.ts';

/** What identifies a message through merges and renumbering: its uid, or the hash of what never changes of it. */
export function uidOf(message: Message): string {
  return typeof message.uid === 'string' && message.uid !== '' ? message.uid : `h-${contentHash(message)}`;
}

/** A hash of the fields that nobody changes after the sending. */
export function contentHash({ timestamp, sender, type, subject, content, references }: Message): string {
  return hashOf({ timestamp, sender, type, subject, content, references });
}

/** A short hash of any JSON value, whatever the order of its members. */
export function hashOf(value: unknown): string {
  return createHash('sha1').update(canonical(value)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
