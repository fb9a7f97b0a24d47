import type { LookRequest, Messages } from '../core/requests.ts';
import { CommsError } from '../errors.ts';
import type { MessageFilter } from '../message/filter.ts';
import { PRIORITIES, STATUSES } from '../message/message.ts';
import { parsePriority } from '../message/priority.ts';
import { parseType } from '../message/types.ts';
import type { Invocation, OptionSpec } from './command.ts';
import type { Options } from './options.ts';

/** How many messages a list shows unless told otherwise. */
const DEFAULT_LIMIT = 50;
const LISTS = ['status', 'type', 'priority', 'sender'];

export const TEXT_OPTION: OptionSpec = { flags: '--text <text>', summary: 'only with this in id, subject, details or context' };

/** What every list of messages takes. Several values of one option mean any of them. */
export const FILTER_OPTIONS: OptionSpec[] = [
  { flags: '--status <status>', summary: 'only with this status', choices: STATUSES, commas: true },
  { flags: '--type <type>', summary: 'only of this type; context.* is every type that begins so', commas: true },
  { flags: '--priority <priority>', summary: 'only of this priority: low, medium, high, critical', commas: true, suggestions: PRIORITIES },
  { flags: '--sender <agent>', summary: 'only from this agent', commas: true, completes: 'agent' },
  { flags: '-n, --limit <count>', summary: 'show at most so many; 0 is all', value: 'integer', default: DEFAULT_LIMIT },
];

/** The option that orders a list; the first choice is what it is without. */
export function sortOption(first: 'urgent' | 'newest'): OptionSpec {
  return { flags: '--sort <order>', summary: 'what stands first', choices: ['urgent', 'newest', 'oldest'], default: first };
}

/** Which messages the options ask for, in which order and how many. @throws USAGE, UNKNOWN_TYPE */
export function lookRequest(invocation: Invocation): LookRequest {
  const { options } = invocation;
  const limit = options.number('limit') ?? DEFAULT_LIMIT;
  const sort = options.has('sort') ? orderOf(options.text('sort')) : undefined;
  return { filter: filterOf(invocation), ...(sort && { sort }), ...(limit > 0 && { limit }) };
}

/** Whether anything but the limit narrows the list, so that "no messages" would be too much said. */
export function isFiltered(options: Options): boolean {
  return LISTS.some((name) => listOf(options, name).length > 0) || (options.has('text') && options.text('text') !== undefined);
}

/** Tells people how many were left out. */
export function noticeLimit({ notice }: Invocation, { messages, total }: Pick<Messages, 'messages' | 'total'>): void {
  if (total > messages.length) notice(`Showing ${messages.length} of ${total}; --limit 0 shows all.`);
}

function filterOf({ options }: Invocation): MessageFilter {
  const text = options.has('text') ? options.text('text') : undefined;
  const lists = {
    status: listOf(options, 'status'),
    type: options.list('type').map((type) => (type.endsWith('.*') ? type : parseType(type))),
    priority: options.list('priority').map((priority) => priorityFrom(priority)),
    // Not checked against the agents: whoever is gone may have left messages.
    sender: listOf(options, 'sender'),
  };
  const given = Object.entries(lists).filter(([, values]) => values.length > 0);
  return { ...Object.fromEntries(given), ...(text !== undefined && { text }) };
}

/** A priority as somebody typed it: a word or 1 to 10. @throws USAGE */
export function priorityFrom(text: string) {
  const priority = parsePriority(text);
  if (priority) return priority;
  throw new CommsError('USAGE', `--priority takes ${PRIORITIES.join(', ')} or 1 to 10; ${JSON.stringify(text)} is none.`, {
    hint: 'For example: --priority high',
    details: { option: '--priority', value: text, expected: PRIORITIES },
  });
}

/** `comms sent` has no --sender. */
function listOf(options: Options, name: string): string[] {
  return options.has(name) ? options.list(name) : [];
}

function orderOf(text: string | undefined): LookRequest['sort'] {
  return text === 'urgent' || text === 'newest' || text === 'oldest' ? text : undefined;
}
