import { isPlainId } from '../../message/ids.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { AS_OPTION, LEASE_OPTION, leaseFrom, timeLeft, withMessageId } from '../holder.ts';
import { messageText } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'claim',
  summary: 'take a message to work on it',
  arguments: [{ name: 'id', summary: 'this message, such as msg-007; without it, the most urgent one' }],
  options: [AS_OPTION, LEASE_OPTION],
  examples: [
    { command: 'comms claim --as gpt', does: 'Take the next message, by priority, then age' },
    { command: 'comms claim msg-007 --as gpt --lease 2h', does: 'Take this one, for two hours' },
    { command: 'id=$(comms claim --as gpt --quiet) && comms done "$id" --as gpt', does: 'Take and finish one in a script' },
  ],
  notes: [
    'The lease ends by itself: comms extend prolongs it, comms done, fail, release and block end it.\nClaiming again what you hold gives a new lease and token. With nothing to take the exit is 4.',
  ],
};

export const run: Run = async (invocation) => {
  const { args, identity, open, style, now } = invocation;
  const agent = identity();
  const leaseMs = leaseFrom(invocation);
  const comms = await open();
  const claim = (id?: string) => comms.claim({ agent, ...(id !== undefined && { id }), ...(leaseMs !== undefined && { leaseMs }) });
  const [given] = args;
  const { message } = await (given === undefined ? claim() : withMessageId(given, claim)).catch(async (error: unknown) => {
    // A look warns of what is there and cannot be read.
    await comms.inbox({ agent, limit: 1 });
    throw error;
  });
  return {
    data: { message },
    text: [messageText(message, { style, now: now() }), '', ...nextSteps(message, agent, invocation)].join('\n'),
    brief: visible(message.id),
  };
};

function nextSteps({ id, delivery }: Message, agent: string, { style, now }: Invocation): string[] {
  const end = delivery?.lease_expires_at;
  return [
    ...(end === undefined ? [] : [`${style.dim('yours until:')} ${end} (${timeLeft(end, now())})`]),
    ...(delivery?.lease_token === undefined ? [] : [`${style.dim('token:')} ${delivery.lease_token}`]),
    ...(isPlainId(id) ? commandsFor(id, agent) : ['The id has characters that no command line should hold; comms doctor tells more.']),
  ];
}

function commandsFor(id: string, agent: string): string[] {
  return [
    'Next:',
    `  comms done ${id} --as ${agent} --result "…"`,
    `  comms fail ${id} --as ${agent} --error "…"`,
    `  comms extend ${id} --as ${agent}`,
    `  comms release ${id} --as ${agent}`,
  ];
}
