import type { CommandSpec, Run } from '../command.ts';
import { ID_ARGUMENT, TOKEN_OPTION, withMessageId } from '../holder.ts';
import { BODY_OPTIONS, bodyFrom, refuseTwoSenders, SENDER_OPTIONS, sentOutcome } from '../message-options.ts';
import { WAIT_OPTIONS, waitFrom } from '../wait-options.ts';

export const spec: CommandSpec = {
  name: 'reply',
  summary: 'answer a message',
  arguments: [ID_ARGUMENT],
  options: [
    ...SENDER_OPTIONS,
    ...BODY_OPTIONS,
    ...WAIT_OPTIONS,
    { flags: '--done', summary: 'also complete the message that is answered' },
    { ...TOKEN_OPTION, summary: "with --done: show the lease's token" },
  ],
  examples: [
    { command: 'comms reply 7 --as gpt --details "The port is 8080"', does: 'Answer msg-007' },
    { command: 'comms reply 7 --as gpt --details-file answer.md --done', does: 'Answer it, and be done with it' },
    {
      command:
        'comms reply 7 --as gpt --type TEST_RESULT --details "All green" --context passed=12 --context failed=0 --context tests_run=login',
      does: 'Answer with a type of your choice',
    },
  ],
  notes: [
    'What is left out comes from the message that is answered: the recipient, channel, priority\nand correlation id, and "Re: …" as the subject. The type is RESPONSE to a QUERY, else INFO.',
  ],
};

export const run: Run = async (invocation) => {
  const { args, options, identity, open } = invocation;
  refuseTwoSenders(options);
  const from = identity();
  const body = await bodyFrom(invocation);
  const [done, token] = [options.flag('done'), options.text('token')];
  const comms = await open();
  return withMessageId(args[0] ?? '', async (id) => {
    const sent = await comms.reply({ ...body, id, from, done, ...(token !== undefined && { token }) }, waitFrom(invocation));
    const { message, deliveries } = sent;
    const to = deliveries.map(({ recipient }) => recipient).join(', ');
    const verb = done ? 'Answered and completed' : 'Answered';
    return sentOutcome(sent, `${verb} ${id} with ${message.id} to ${to} (${message.type}, ${message.priority}).`);
  });
};
