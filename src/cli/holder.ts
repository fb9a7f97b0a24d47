import type { Comms } from '../core/api.ts';
import { CommsError } from '../errors.ts';
import { formatDuration } from '../message/duration.ts';
import { formatId } from '../message/ids.ts';
import type { Message } from '../message/message.ts';
import { visible } from '../message/text.ts';
import { timeOf } from '../message/time.ts';
import type { Copy, HolderRequest } from '../store/store.ts';
import type { ArgumentSpec, CommandSpec, Invocation, OptionSpec } from './command.ts';

/** What commands that act on one message share: the id, who acts, the lease's token. */

export const ID_ARGUMENT: ArgumentSpec = { name: 'id', summary: 'the message, such as msg-007; 7 will do', required: true };
export const AS_OPTION: OptionSpec = { flags: '--as <agent>', summary: 'act as this agent (default: COMMS_AGENT)', completes: 'agent' };
export const TOKEN_OPTION: OptionSpec = {
  flags: '--token <token>',
  summary: "show the lease's token, where several processes act under one name",
};
export const LEASE_OPTION: OptionSpec = {
  flags: '--lease <duration>',
  summary: 'hold it for so long from now, such as 10m (default: limits.lease of config.json)',
  value: 'duration',
};

/** The id that somebody means: `7`, `#7`, `msg-7` and `MSG-007` are msg-007; ids of another form stay. */
export function messageId(given: string): string {
  const digits = /^(?:#|msg-?)?(\d{1,15})$/i.exec(given.trim())?.[1];
  return digits === undefined ? given.trim() : formatId(Number(digits));
}

/**
 * Acts on the message that somebody means. Where there is none with the id in our form, the id as it was given has a
 * try, since a person may have written `msg-7` into an inbox.
 */
export async function withMessageId<T>(given: string, act: (id: string) => Promise<T>): Promise<T> {
  const id = messageId(given);
  try {
    return await act(id);
  } catch (error) {
    if (id === given || !isNotFound(error)) throw error;
    return await act(given).catch((second: unknown) => {
      throw isNotFound(second) ? error : second;
    });
  }
}

/** Does what a holder does with the message that the first argument names. @throws what `identity` and the verb throw */
export async function asHolder(invocation: Invocation, act: (comms: Comms, holder: HolderRequest) => Promise<Copy>): Promise<Message> {
  return (await copyAsHolder(invocation, act)).message;
}

/** The same, with the place of the message. */
export async function copyAsHolder(
  { args: [given = ''], options, identity, open }: Invocation,
  act: (comms: Comms, holder: HolderRequest) => Promise<Copy>,
): Promise<Copy> {
  const agent = identity();
  const token = options.has('token') ? options.text('token') : undefined;
  const comms = await open();
  return withMessageId(given, (id) => act(comms, { agent, id, ...(token !== undefined && { token }) }));
}

/** Who acts, where that is allowed to be nobody. @throws UNKNOWN_AGENT */
export function identityIfAny({ options, env, identity }: Invocation): string | undefined {
  const named = ['as', 'from'].some((name) => options.has(name) && options.text(name) !== undefined);
  return named || env.COMMS_AGENT ? identity() : undefined;
}

/** The text of an option, or of stdin where it is `-`. A newline at the end is dropped. */
export async function textOrStdin({ options, readInput, workspace }: Invocation, name: string): Promise<string | undefined> {
  const text = options.text(name);
  if (text !== '-') return text;
  return withoutLastNewline(await readInput('-', { maxBytes: workspace().settings.maxMessageBytes }));
}

/** `echo` and editors end a text with a newline that nobody meant. */
export function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** How long to hold a message, in ms. @throws USAGE for no time at all */
export function leaseFrom({ options }: Invocation): number | undefined {
  const leaseMs = options.number('lease');
  if (leaseMs !== 0) return leaseMs;
  throw new CommsError('USAGE', '--lease takes a time that is more than nothing.', { hint: 'For example: --lease 30m' });
}

/** How long it is until a time, for people: "30m". A second that has begun counts. `now` in ms. */
export function timeLeft(iso: string | undefined, now: number): string {
  return formatDuration(Math.ceil(((timeOf(iso) ?? now) - now) / 1000) * 1000);
}

/** Refuses a command line without these options, with the first example as the hint. @throws USAGE */
export function requireOptions(spec: CommandSpec, missing: readonly string[]): void {
  if (missing.length === 0) return;
  const names = missing.map((name) => `--${name}`);
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  throw new CommsError('USAGE', `comms ${spec.name} needs ${list}.`, {
    hint: `For example: ${spec.examples[0].command}`,
    details: { command: spec.name, missing: names },
  });
}

/** "msg-007 (BUG_REPORT from gpt)", for a line that says what was done. */
export function nameOf({ id, type, sender }: Message): string {
  return `${visible(String(id))} (${visible(String(type))} from ${visible(String(sender))})`;
}

/** "failed", or "failed (expired)" where the reason says more. */
export function failedFor(reason: string | undefined): string {
  return reason === undefined || reason === 'failed' ? 'failed' : `failed (${reason})`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof CommsError && error.code === 'MESSAGE_NOT_FOUND';
}
