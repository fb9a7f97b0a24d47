import { idNumber } from '../../message/ids.ts';
import { type Message, PRIORITIES } from '../../message/message.ts';
import { AGENT_NAME } from '../../message/names.ts';
import { builtInType, isOwnType } from '../../message/types.ts';
import { isSuspiciousText } from '../sensitive/prefilter.ts';
import type { Mode, Verdict } from '../verdict.ts';
import type { TrafficEntry } from './entry.ts';

/** Stands for a name or a type that the log should not hold. */
const UNKNOWN = 'unknown';

/** What happened to a message. */
export interface Happening {
  /** ms since the epoch. */
  at: number;
  event: TrafficEntry['event'];
  message: Message;
  recipients: readonly string[];
  mode: Mode;
  /** Those of plan.json, since what the message says of itself can be anything. */
  phase?: { readonly id: string };
  task?: { readonly id: string };
  verdicts?: readonly Verdict[];
  deliveries?: readonly { readonly recipient: string; readonly outcome: string }[];
  /** Who decided over a held message. */
  by?: string;
}

/**
 * The line of the log about it. Only names, ids and codes are taken over, each where it has the form of one: nothing that a
 * sender is free to write, so that no secret of a message can come into the log.
 */
export function entryOf({ at, event, message, recipients, mode, phase, task, verdicts = [], deliveries, by }: Happening): TrafficEntry {
  const { sender, priority, id, uid } = message;
  const findings = findingsOf(verdicts);
  return {
    at: new Date(at).toISOString(),
    event,
    sender: isName(sender) ? sender : UNKNOWN,
    recipients: recipients.filter(isName),
    type: typeOf(message, verdicts),
    priority: PRIORITIES.includes(priority) ? priority : 'medium',
    mode,
    ...(event !== 'refused' && idNumber(id) !== undefined && { id }),
    ...(event !== 'refused' && uid !== undefined && isUid(uid) && { uid }),
    ...(phase && { phase: phase.id }),
    ...(task && { task: task.id }),
    ...(findings.length > 0 && { findings }),
    ...(deliveries && { deliveries: deliveries.filter(isDelivery).map(({ recipient, outcome }) => ({ recipient, outcome })) }),
    ...(by !== undefined && isName(by) && { by }),
  };
}

function findingsOf(verdicts: readonly Verdict[]): NonNullable<TrafficEntry['findings']> {
  return verdicts.flatMap(({ rule, outcome, code = 'REFUSED' }) => (outcome === 'pass' ? [] : [{ rule, outcome, code }]));
}

/** A sender may call a type of its own what it likes, within the grammar of types, and so hide a secret in it. */
function typeOf({ type }: Message, verdicts: readonly Verdict[]): string {
  const builtIn = builtInType(type);
  if (builtIn) return builtIn;
  const mayHide = isSuspiciousText(type) || verdicts.some(({ code }) => code === 'SENSITIVE_DATA');
  return isOwnType(type) && !mayHide ? type : UNKNOWN;
}

/** What was found of names before: the same few stand in every entry. */
const names = new Map<string, boolean>();
const MOST_NAMES = 1_000;

/** A registered name looks like a secret only where somebody registered one. */
function isName(name: string): boolean {
  const known = names.get(name);
  if (known !== undefined) return known;
  const found = AGENT_NAME.test(name) && !isSuspiciousText(name);
  if (names.size < MOST_NAMES) names.set(name, found);
  return found;
}

function isUid(uid: string): boolean {
  return /^[a-z0-9-]{1,64}$/.test(uid) && !isSuspiciousText(uid);
}

function isDelivery({ recipient, outcome }: { recipient: string; outcome: string }): boolean {
  return isName(recipient) && /^[a-z_]{1,20}$/.test(outcome);
}
