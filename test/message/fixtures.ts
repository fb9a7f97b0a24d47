import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Message } from '../../src/message/message.ts';

const root = new URL('../../fixtures/', import.meta.url);

export function fixture(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}

export function fixturesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`);
}

/** A valid INFO, but for what `change` says. */
export function info(change: Record<string, unknown> = {}): Message {
  return { ...fixture('messages/INFO.json'), ...change } as Message;
}

/** Any JSON, and often an object that looks a little like a message. */
export const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.constantFrom(
      ...['id', 'timestamp', 'sender', 'recipient', 'type', 'priority', 'status', 'subject', 'content', 'references', 'requires_response'],
      ...['uid', 'metadata', 'delivery', 'expected_response_time', 'correlation_id', '__proto__', 'constructor', 'own'],
      ...['from_agent', 'to_agent', 'payload', 'from_droid', 'to_droid', 'query', 'response', 'broadcast_to', 'context'],
    ),
    fc.oneof(
      fc.constantFrom<fc.JsonValue>('BUG_REPORT', 'query', 'context.query', 'done', 7, null, {}, [], {
        details: 1,
        context: [],
        attachments: [3],
      }),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  ),
);
