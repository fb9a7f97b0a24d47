import type { SendRequest } from '../core/context.ts';
import { contextFrom, objectFromPairs } from '../core/pairs.ts';
import type { Sent } from '../core/requests.ts';
import { CommsError } from '../errors.ts';
import { BUILT_IN_TYPES, PRIORITIES } from '../message/message.ts';
import { visible } from '../message/text.ts';
import type { DeliveryOutcome } from '../store/store.ts';
import type { Invocation, OptionSpec, Outcome } from './command.ts';
import { priorityFrom } from './filter-options.ts';
import { messageId, textOrStdin, withoutLastNewline } from './holder.ts';
import type { Options } from './options.ts';

/** Who a new message is from; `--as` is the same. */
export const SENDER_OPTIONS: OptionSpec[] = [
  { flags: '--from <agent>', summary: 'the sender (default: COMMS_AGENT)', completes: 'agent' },
  { flags: '--as <agent>', summary: 'the same as --from', completes: 'agent' },
];

/** What a message may hold, whether it begins a thread or answers. */
export const BODY_OPTIONS: OptionSpec[] = [
  { flags: '--type <type>', summary: `${BUILT_IN_TYPES.join(', ')}, or one of your own`, suggestions: BUILT_IN_TYPES },
  { flags: '--subject <text>', summary: 'what it is about, in one line' },
  { flags: '--details <text>', summary: 'the message itself; - reads stdin' },
  { flags: '--details-file <file>', summary: 'take the details from this file; - reads stdin', completes: 'file' },
  { flags: '--context <key=value>', summary: 'add to the context; a.b=1 lies deeper, values may be JSON', repeat: true },
  { flags: '--context-json <json>', summary: 'the context as a JSON object' },
  { flags: '--attach <path>', summary: 'attach this file', repeat: true, completes: 'file' },
  { flags: '--ref <id>', summary: 'refer to this message', commas: true },
  { flags: '--priority <priority>', summary: 'low, medium, high, critical, or 1 to 10', suggestions: PRIORITIES },
  { flags: '--requires-response', summary: 'ask for an answer (BUG_REPORT, FIX_REQUEST, QUESTION, QUERY do)' },
  { flags: '--no-requires-response', summary: 'ask for none' },
  { flags: '--ttl <duration>', summary: 'let it expire if nobody took it after this time', value: 'duration' },
  { flags: '--correlation-id <id>', summary: 'tie it to other messages with this id' },
  { flags: '--idempotency-key <key>', summary: 'send once, however often this is repeated' },
  { flags: '--expected-response <duration>', summary: 'say when an answer is wanted', value: 'duration' },
  { flags: '--metadata <key=value>', summary: 'add to the metadata, such as task_id=T1', repeat: true },
  { flags: '--allow-sensitive', summary: 'send it although it holds a secret, where config.json allows that' },
];

/** The part of a request that the options of a message say; what was not given is left out. @throws USAGE and what `readInput` throws */
export async function bodyFrom(invocation: Invocation): Promise<Partial<Omit<SendRequest, 'to' | 'from'>>> {
  const { options } = invocation;
  const type = options.text('type');
  const priority = options.text('priority');
  const wanted = options.number('expected-response');
  const pairs = options.list('context');
  const contextJson = options.text('context-json');
  const metadata = options.list('metadata');
  return defined({
    type,
    subject: options.text('subject'),
    priority: priority === undefined ? undefined : priorityFrom(priority),
    context: pairs.length > 0 || contextJson !== undefined ? contextFrom(pairs, contextJson, type) : undefined,
    attach: someOf(options.list('attach')),
    references: someOf(options.list('ref').map(messageId)),
    requiresResponse: options.choice('requires-response'),
    ttlMs: options.number('ttl'),
    correlationId: options.text('correlation-id'),
    idempotencyKey: options.text('idempotency-key'),
    expectedResponseTime: wanted === undefined ? undefined : wanted / 60_000,
    allowSensitive: options.flag('allow-sensitive') || undefined,
    metadata: metadata.length > 0 ? objectFromPairs(metadata, { option: '--metadata' }) : undefined,
    // Last, so that nobody types a text for nothing.
    details: await detailsFrom(invocation),
  });
}

/** Which of these options were given. */
export function givenOf(options: Options, specs: readonly OptionSpec[]): string[] {
  const names = specs.map(({ flags }) => (/--(?:no-)?([a-z-]+)/.exec(flags)?.[1] ?? flags).trim());
  const isGiven = (name: string) =>
    options.text(name) !== undefined ||
    options.number(name) !== undefined ||
    options.choice(name) !== undefined ||
    options.list(name).length > 0;
  return [...new Set(names)].filter(isGiven);
}

/** `--from` and `--as` are one thing. @throws USAGE where they say two */
export function refuseTwoSenders(options: Options): void {
  const [from, as] = [options.text('from'), options.text('as')];
  if (from !== undefined && as !== undefined && from.toLowerCase() !== as.toLowerCase()) throw exclude('--from', '--as');
}

/** The refusal of two options that say the same. */
export function exclude(first: string, second: string, hint = `Keep one of the two.`): CommsError {
  return new CommsError('USAGE', `${first} and ${second} exclude each other.`, { hint, details: { options: [first, second] } });
}

/** What a command that sent a message answers: the contract's data, one line, the bare id. */
export function sentOutcome({ message, deliveries, warnings, conflicts }: Sent, line?: string): Outcome {
  const text = deliveries.every(({ outcome }) => outcome === 'delivered') ? line : undefined;
  const data = { message, deliveries, ...(conflicts && { conflicts }) };
  return { data, text: text ?? sentLines({ message, deliveries, conflicts }), brief: message.id, warnings };
}

/** "Sent msg-004 to gpt (BUG_REPORT, high)." and a line for each other outcome. */
function sentLines({ message, deliveries, conflicts = [] }: Omit<Sent, 'warnings'>): string {
  const { id, type, priority } = message;
  const named = (outcome: DeliveryOutcome['outcome']) =>
    deliveries.filter((delivery) => delivery.outcome === outcome).map(({ recipient }) => recipient);
  const [delivered, duplicate, held] = [named('delivered'), named('duplicate'), named('held')];
  const ways = held.length > 0 ? [...conflicts.map(({ resolution }) => resolution), `comms track ${id} shows what becomes of it.`] : [];
  return [
    ...(delivered.length > 0 ? [`Sent ${id} to ${delivered.join(', ')} (${type}, ${priority}).`] : []),
    ...(duplicate.length > 0 ? [`Sent before as ${id} to ${duplicate.join(', ')} (${type}, ${priority}); nothing was sent again.`] : []),
    ...deliveries
      .filter(({ outcome }) => outcome === 'held' || outcome === 'failed')
      .map(
        ({ recipient, outcome, reason }) =>
          `${outcome === 'held' ? 'Held' : 'Not delivered:'} ${id} for ${recipient}${reason ? `: ${visible(reason)}` : ''}`,
      ),
    ...ways.map((way) => `  ${visible(way)}`),
  ].join('\n');
}

async function detailsFrom(invocation: Invocation): Promise<string | undefined> {
  const { options, readInput, workspace } = invocation;
  const file = options.text('details-file');
  if (file === undefined) return textOrStdin(invocation, 'details');
  if (options.text('details') !== undefined) throw exclude('--details', '--details-file');
  return withoutLastNewline(await readInput(file, { maxBytes: workspace().settings.maxMessageBytes }));
}

function someOf<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
