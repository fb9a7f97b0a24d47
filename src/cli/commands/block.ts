import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, asHolder, ID_ARGUMENT, nameOf, requireOptions, TOKEN_OPTION, textOrStdin } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'block',
  summary: 'set a message aside until something else is there',
  arguments: [ID_ARGUMENT],
  options: [AS_OPTION, { flags: '--reason <text>', summary: 'what it waits for; - reads stdin (required)' }, TOKEN_OPTION],
  examples: [
    { command: 'comms block msg-007 --as gpt --reason "Waits for the answer to msg-012"', does: 'Set msg-007 aside' },
    { command: 'comms block 7 --as gpt --reason "No access to staging"', does: 'Say what is missing' },
  ],
  notes: ['Ends the lease and gives the attempt back. comms unblock lets it go on.'],
};

export const run: Run = async (invocation) => {
  if (!invocation.options.text('reason')) requireOptions(spec, ['reason']);
  invocation.identity();
  const reason = (await textOrStdin(invocation, 'reason')) ?? '';
  const message = await asHolder(invocation, (comms, holder) => comms.block({ ...holder, reason }));
  return { data: { message }, text: `Blocked ${nameOf(message)}.`, brief: message.id };
};
