import type { CommandSpec, Run } from '../command.ts';
import { ID_ARGUMENT, textOrStdin, withMessageId } from '../holder.ts';
import { refuseTwoSenders, SENDER_OPTIONS, sentOutcome } from '../message-options.ts';
import { WAIT_OPTIONS, waitFrom } from '../wait-options.ts';

export const spec: CommandSpec = {
  name: 'ack',
  summary: 'acknowledge a message',
  arguments: [ID_ARGUMENT],
  options: [...SENDER_OPTIONS, { flags: '--details <text>', summary: 'add a word; - reads stdin' }, ...WAIT_OPTIONS],
  examples: [
    { command: 'comms ack 7 --as gpt', does: 'Tell the sender of msg-007 that it arrived' },
    { command: 'comms ack 7 --as gpt --details "I start after lunch"', does: 'Add a word' },
  ],
  notes: ['The message stays as open as it was: comms done finishes it. An ACK is never acknowledged.'],
};

export const run: Run = async (invocation) => {
  const { args, options, identity, open } = invocation;
  refuseTwoSenders(options);
  const from = identity();
  const details = await textOrStdin(invocation, 'details');
  const comms = await open();
  return withMessageId(args[0] ?? '', async (id) => {
    const sent = await comms.ack({ id, from, ...(details !== undefined && { details }) }, waitFrom(invocation));
    const to = sent.deliveries.map(({ recipient }) => recipient).join(', ');
    return sentOutcome(sent, `Acknowledged ${id} with ${sent.message.id} to ${to}.`);
  });
};
