import type { ErrorCode } from '../errors.ts';
import type { Sent } from './requests.ts';

/** What `ready` takes and answers. */

export interface ReadyRequest {
  agent: string;
  /** A requirement as the messages name it (a task, an agent, anything), or the id of a message that waits. */
  what: string;
  /** What else there is to say. */
  details?: string;
}

export interface Readied {
  what: string;
  /** One for each agent that waited, in the order of its first message; empty where nobody did. */
  answers: ReadyAnswer[];
  /** Whether plan.json has the task as done now. */
  taskDone: boolean;
}

export interface ReadyAnswer {
  /** The agent that waited. */
  waiter: string;
  /** The messages that said so. */
  originals: string[];
  /** What it was told; undefined where it was told before, or `error` says why it could not be. */
  sent?: Sent;
  /** Of the originals, those that were completed. */
  completed: string[];
  /** Of the originals, those that were to be completed and could not. */
  left: { id: string; code: ErrorCode; message: string }[];
  error?: { code: ErrorCode; message: string; hint?: string };
}
