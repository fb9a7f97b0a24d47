import { CommsError } from '../errors.ts';
import { fromBroker } from './broker.ts';
import { fromDroid } from './droid.ts';
import { describe, isObject } from './json.ts';

/** A message read as JSON in any of the three dialects, in the names of our envelope. What it left out is left out. */
export interface Normalised {
  dialect: 'native' | 'broker' | 'droid';
  message: Record<string, unknown>;
  /** Whom it is for, where it says so. A message for exactly one has its `recipient` too. */
  recipients: string[] | 'broadcast' | undefined;
}

/**
 * Reads the JSON of our own envelope, of the broker (`from_agent`, `payload`, …) or of the droids (`from_droid`,
 * `urgency`, …; DESIGN §8 "Orchestration"). @throws INVALID_MESSAGE where it is no object.
 */
export function normalise(json: unknown): Normalised {
  if (!isObject(json)) {
    throw new CommsError('INVALID_MESSAGE', `A message is a JSON object, and this is ${describe(json)}.`, {
      hint: 'Run "comms template INFO" for an example.',
    });
  }
  const dialect = dialectOf(json);
  if (dialect === 'droid') return { dialect, ...fromDroid(json) };
  if (dialect === 'broker') return { dialect, ...fromBroker(json) };
  return { dialect, ...fromNative(json) };
}

/** By who it is from; where that was forgotten, by the other fields that only one dialect has. */
function dialectOf(json: Record<string, unknown>): Normalised['dialect'] {
  const has = (...names: string[]) => names.some((name) => Object.hasOwn(json, name));
  if (has('from_droid')) return 'droid';
  if (has('from_agent')) return 'broker';
  if (has('sender', 'recipient')) return 'native';
  if (has('to_droid', 'broadcast_to')) return 'droid';
  return has('to_agent', 'payload') ? 'broker' : 'native';
}

/** Our own dialect is taken as it is, so that what is wrong with it can be said. */
function fromNative(json: Record<string, unknown>): Pick<Normalised, 'message' | 'recipients'> {
  const { recipient, ...rest } = json;
  if (recipient === 'broadcast' || recipient === 'all') return { message: rest, recipients: 'broadcast' };
  if (!Array.isArray(recipient)) return { message: json, recipients: typeof recipient === 'string' ? [recipient] : undefined };
  const names = recipient.filter((name) => typeof name === 'string');
  return { message: names.length === 1 ? { ...json, recipient: names[0] } : rest, recipients: names };
}
