import type { MessageFilter } from '../message/filter.ts';
import type { Message } from '../message/message.ts';
import type { DeliveryOutcome } from '../store/store.ts';
import type { SendRequest } from './context.ts';
import type { Sent } from './requests.ts';

/** What questions, answers and those who wait for them take and answer. */

/** What an answer says. What is left out comes from the message that it answers (DESIGN §8). */
export interface AnswerContent extends Partial<Omit<SendRequest, 'to' | 'from'>> {
  /** The same as `context`; without `details`, the first of its details, message, query, text and summary is the details. */
  payload?: Record<string, unknown>;
  /** A file that holds the answer: it is attached, and its path stands in the context as `artifact_path`. */
  artifactPath?: string;
}

/** An answer that completes the message that `agent` received. */
export interface RespondRequest extends AnswerContent {
  agent: string;
  id: string;
  /** The token of the lease on it. */
  token?: string;
}

export interface ReceiveRequest {
  agent: string;
  /** Default all. */
  limit?: number;
  filter?: MessageFilter;
}

/** A message that is sent, and how its answers are waited for. */
export interface AskRequest extends SendRequest {
  /** Default: for ever. */
  timeoutMs?: number;
  /** How many answers to collect; the first one may not be all that several recipients have to say. Default 1. */
  responses?: number;
  signal?: AbortSignal;
  /** Called once the question is there, before the waiting begins. */
  onSent?: (question: Message) => void;
}

export interface Asked extends Sent {
  deliveries: AskedDelivery[];
  /** The first answer; it is completed, as are all of `responses`. */
  response: Message;
  responses: Message[];
}

export interface AskedDelivery extends DeliveryOutcome {
  /** The id of this recipient's answer. */
  response?: string;
}

export interface WaitForResponseRequest {
  agent: string;
  correlationId: string;
  /** Default: for ever. */
  timeoutMs?: number;
  signal?: AbortSignal;
}
