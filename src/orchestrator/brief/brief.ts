import type { Priority } from '../../message/message.ts';
import type { Phase, Task } from '../plan/plan.ts';
import type { Rights } from './rights.ts';

/** What a brief is made of; times in minutes, ISO 8601 for moments. */
export interface BriefFacts {
  agent: string;
  description?: string;
  aliases: string[];
  groups: string[];
  channels: string[];
  /** Absolute. */
  root: string;
  rights: Rights;
  /** Who decides over held messages. */
  orchestrators: string[];
  /** The one that it works in, else the next that it is in. */
  phase?: Phase;
  /** Its own, not done; those that are active first. */
  tasks: (Task & { waitsFor: string[] })[];
  limits: BriefLimits;
  /** What lies open in the inboxes that it reads, the most urgent first. */
  waiting: WaitingMessage[];
  /** Of others, those that are live. */
  reservations: ReservedPath[];
  /** What it was started with. */
  given: { description: string; prompt: string }[];
}

export interface BriefLimits {
  /** Messages a minute, for each limit that it has. */
  aMinute: number[];
  ownPerPhase?: number;
  /** Of all agents of the phase together. */
  allPerPhase?: number;
  responseMinutes?: number;
}

/** What somebody wrote to it: any of it may be anything. */
export interface WaitingMessage {
  id: string;
  type: string;
  priority: Priority;
  status: string;
  sender: string;
  inbox: string;
  subject: string;
}

export interface ReservedPath {
  agent: string;
  path: string;
  task?: string;
  expires_at: string;
}
