import type { Message } from '../../message/message.ts';
import { isoOf, timeOf } from '../../message/time.ts';
import { dueAtIn } from '../sections.ts';
import type { Copy } from '../store.ts';
import type { Values } from './kysely.ts';
import type { MessagesTable } from './tables.ts';
import { PRIORITY_NUMBERS, STATUS_WORDS } from './words.ts';

/** A row of either table of copies, as our queries read it. */
export interface CopyRow {
  seq: number;
  inbox: string;
  section: Copy['section'];
  envelope: string;
}

/** The copy in a row; undefined where its JSON is damaged, which `check` reports. */
export function copyIn({ inbox, section, envelope }: CopyRow): Copy | undefined {
  try {
    return { inbox, section, message: JSON.parse(envelope) as Message };
  } catch {
    return undefined;
  }
}

/** What stands in the columns of `messages` for a copy, but for seq and changed. JSON.stringify escapes lone surrogates. */
export function messageValues(inbox: string, section: MessagesTable['section'], message: Message): Values {
  const { delivery } = message;
  return {
    id: message.id,
    inbox,
    section,
    status: STATUS_WORDS[message.status] ?? STATUS_WORDS.PENDING,
    priority: PRIORITY_NUMBERS[message.priority] ?? PRIORITY_NUMBERS.medium,
    sent_at: timeOf(message.timestamp) ?? null,
    due_at: dueAtIn(section, message) ?? null,
    correlation_id: textOf(message.correlation_id),
    idempotency_key: textOf(message.idempotency_key),
    last_delivered_at: textOf(delivery?.claimed_at),
    error: textOf(delivery?.last_error),
    envelope: JSON.stringify(message),
  };
}

/** The same for `dead_letter_queue`. */
export function deadLetterValues(inbox: string, message: Message, now: number): Values {
  const { delivery } = message;
  return {
    id: message.id,
    inbox,
    idempotency_key: textOf(message.idempotency_key),
    original_message: JSON.stringify(message),
    error: textOf(delivery?.last_error) ?? textOf(delivery?.dead_reason) ?? '',
    moved_at: textOf(delivery?.dead_at) ?? isoOf(now),
    retry_count: typeof delivery?.attempts === 'number' ? delivery.attempts : 0,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
