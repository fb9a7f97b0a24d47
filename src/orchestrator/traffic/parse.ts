import { EXIT_BY_CODE } from '../../errors.ts';
import { isObject } from '../../message/json.ts';
import { PRIORITIES } from '../../message/message.ts';
import { RULES } from '../verdict.ts';
import type { TrafficEntry } from './entry.ts';

/** Each line begins so, and within a line it could stand only with its quotes escaped. */
const START = '{"at":';

/** One line of the log, with its end. `at` comes first, as parseTraffic needs it to find what stands behind a torn line. */
export function trafficLine(entry: TrafficEntry): string {
  const text = JSON.stringify(entry);
  if (text.startsWith(START)) return `${text}\n`;
  const { at, ...rest } = entry;
  return `${JSON.stringify({ at, ...rest })}\n`;
}

/**
 * The entries of a log's text, in its order. A line that was torn when its writer died, or that is no entry, is left out; the
 * entry that came behind a torn line without a line's end is not.
 */
export function parseTraffic(text: string): TrafficEntry[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const entry = entryFrom(line) ?? entryFrom(line.slice(Math.max(0, line.lastIndexOf(START))));
    return entry ? [entry] : [];
  });
}

function entryFrom(line: string): TrafficEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isTrafficEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const EVENTS = ['sent', 'duplicate', 'held', 'refused', 'released', 'rejected'];
const MODES = ['mediated', 'direct', 'broadcast'];

/** Whether something that was read is an entry; what anybody may write into a file is not believed. */
export function isTrafficEntry(value: unknown): value is TrafficEntry {
  if (!isObject(value)) return false;
  const { at, event, sender, recipients, type, priority, mode, findings, deliveries } = value;
  return (
    isTime(at) &&
    isOneOf(EVENTS, event) &&
    isText(sender) &&
    isListOf(recipients, isText) &&
    isText(type) &&
    isOneOf(PRIORITIES, priority) &&
    isOneOf(MODES, mode) &&
    [value.id, value.uid, value.phase, value.task, value.by].every((text) => text === undefined || isText(text)) &&
    (findings === undefined || isListOf(findings, isFinding)) &&
    (deliveries === undefined || isListOf(deliveries, isDelivery))
  );
}

function isFinding(value: unknown): boolean {
  return isObject(value) && isOneOf(RULES, value.rule) && isOneOf(['refuse', 'conflict'], value.outcome) && isCode(value.code);
}

function isDelivery(value: unknown): boolean {
  return isObject(value) && isText(value.recipient) && isText(value.outcome);
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(EXIT_BY_CODE, value);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 256;
}

function isOneOf(words: readonly unknown[], value: unknown): boolean {
  return words.includes(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
