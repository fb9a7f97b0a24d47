import type { Copy, Draft } from '../../../src/store/store.ts';

/** What a worker that is to be killed is told, and what it says. One line of JSON each. */
export interface Plan {
  root: string;
  store: 'files' | 'sqlite';
  /** Whose messages it claims, completes, fails and archives; nobody else does. */
  agent: string;
  /** Makes the keys of its messages its own. */
  name: string;
  seed: number;
  /** One operation, during which it kills itself; without it, one after another until it is killed from outside. */
  once?: { operation: OperationName; at: number; half: boolean };
}

export const OPERATION_NAMES = ['send', 'send-to-three', 'claim', 'complete', 'bury', 'archive', 'fix', 'recover'] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

export type Verb = 'send' | 'claim' | 'complete' | 'fail' | 'archive' | 'check' | 'sweep';

/** Said before a call, so that what a killed process may have done is known. */
export interface Called {
  call: number;
  verb: Verb;
  inbox: string;
  id?: string | undefined;
  send?: Sent;
}

/** Said once it was acknowledged, with the copies that it answered with. */
export interface Acknowledged {
  ack: number;
  copies: CopyState[];
}

export type Said = Called | Acknowledged | { dying: string } | { through: true } | { failed: string };

export interface Sent {
  sender: string;
  key: string;
  to: string[];
}

export interface CopyState {
  inbox: string;
  id: string;
  state: string;
}

export const AGENTS = ['claude', 'gpt', 'gemini'];

/** As one word: where a copy stands, with attempts and token where those tell two states apart. */
export function stateOf({ section, message: { status, delivery } }: Pick<Copy, 'section' | 'message'>): string {
  if (section !== 'active') return section;
  const attempts = Number(delivery?.attempts ?? 0);
  if (status === 'IN_PROGRESS') return `IN_PROGRESS/${attempts}/${delivery?.lease_token}`;
  return status === 'PENDING' ? `PENDING/${attempts}` : status;
}

/** The same for the same key, so that a message that was cut or fused with another is seen. */
export function detailsOf(key: string): string {
  const seed = [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  const line = `${key}: \`\`\`json {"id": "msg-001"}\n### Message: msg-001\n## Archived Messages\n---\n\u{1f98a} ${seed}`;
  return Array.from({ length: 1 + (seed % 40) }, () => line).join('\n');
}

export function draftOf({ sender, key }: Sent, uid: string): Draft {
  return {
    timestamp: new Date().toISOString(),
    sender,
    type: 'QUERY',
    priority: 'medium',
    status: 'PENDING',
    subject: key,
    content: { details: detailsOf(key), context: {}, attachments: [] },
    references: [],
    requires_response: true,
    idempotency_key: key,
    uid,
  } as Draft;
}
