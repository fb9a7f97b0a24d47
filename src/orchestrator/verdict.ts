import type { ErrorCode } from '../errors.ts';
import type { Message } from '../message/message.ts';
import type { RateLevel } from '../store/store.ts';
import type { Communication, Permissions } from '../workspace/workspace.ts';
import type { Wait } from './conflicts/dependencies.ts';
import type { Reservation } from './conflicts/reservation.ts';
import type { Phase, Plan, Task } from './plan/plan.ts';
import type { SensitiveFinding } from './sensitive/finding.ts';

/** The checks that a message passes on its way, in their order. */
export const RULES = ['format', 'permissions', 'phase', 'sensitive', 'rate', 'conflicts'] as const;
export type RuleName = (typeof RULES)[number];

/** How a message travels: a conflict holds it, is only recorded, or it goes to everybody (the droid communication protocol). */
export type Mode = 'mediated' | 'direct' | 'broadcast';

/** What one rule says of a message. */
export interface Verdict {
  rule: RuleName;
  /** refuse: nobody gets it. conflict: it is held for a decision where the mode is mediated, else only recorded. */
  outcome: 'pass' | 'refuse' | 'conflict';
  /** Of what is not passed: stable, as in the table of errors. */
  code?: ErrorCode;
  /** What is the matter, as a sentence that quotes no secret. */
  reason?: string;
  /** The way out. */
  hint?: string;
  details?: Record<string, unknown>;
}

/** What the rules know of a message; all of it was gathered before, so that a rule is a pure function. */
export interface CheckContext {
  /** As its first recipient would read it, under an id that stands for the one to come. */
  message: Message;
  sender: string;
  /** Agents and groups. */
  recipients: readonly string[];
  mode: Mode;
  /** ms since the epoch. */
  now: number;
  permissions: Readonly<Record<string, Permissions>>;
  communication: Communication;
  agents: readonly string[];
  /** alias → agent. */
  aliases: Readonly<Record<string, string>>;
  /** Group → its members. */
  groups: Readonly<Record<string, readonly string[]>>;
  /** plan.json, where there is one. */
  plan?: Plan;
  /** The phase and the task that the message belongs to. */
  phase?: Phase;
  task?: Task;
  /** The phase that the message names and the plan lacks. */
  unknownPhase?: string;
  /** The files that it is about, relative to the repository where they lie in it. */
  files: readonly string[];
  /** Those that are live. */
  reservations: readonly Reservation[];
  /** Who waits for whom already. */
  waits: readonly Wait[];
  /** What looks like a secret, and what communication.content_filters match. */
  sensitive: readonly SensitiveFinding[];
  /** Whether the sender asked to let it through all the same. */
  allowSensitive: boolean;
  /** What the buckets hold that the message takes a token from. */
  levels: readonly RateLevel[];
}

/** What a rule finds; the name of the rule is added by who calls it. */
export type Finding = Omit<Verdict, 'rule'>;

/** A check of a message: all that it finds; nothing where the message passes. */
export type Rule = (context: CheckContext) => Finding[];
