import type { BreakerChange } from '../../core/guarded.ts';
import type { Handled } from '../../core/handle-one.ts';
import type { Message } from '../../message/message.ts';

/** A line of `work --json`. `agent` is who works; `at` in ISO 8601. */
export type WorkEvent =
  | { event: 'ready'; agent: string; at: string }
  | { event: 'claimed'; agent: string; message: Message; at: string }
  | HandledEvent
  | ({ event: 'breaker'; agent: string; at: string } & BreakerChange);

/** What became of a message, as `Handled` says it. */
export interface HandledEvent {
  event: Handled['outcome'];
  agent: string;
  message: Message;
  /** What the command, or the store, said of it. */
  error?: string;
  duration_ms: number;
  at: string;
}

export function handledEvent(
  { outcome, message, error }: Handled,
  { agent, durationMs, at }: { agent: string; durationMs: number; at: string },
): HandledEvent {
  const text = error === undefined ? undefined : error instanceof Error ? error.message : String(error);
  return { event: outcome, agent, message, ...(text !== undefined && { error: text }), duration_ms: Math.round(durationMs), at };
}
