import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, asHolder, ID_ARGUMENT, nameOf } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'unblock',
  summary: 'let a blocked message go on',
  arguments: [ID_ARGUMENT],
  options: [AS_OPTION],
  examples: [
    { command: 'comms unblock msg-007 --as gpt', does: 'Let msg-007 wait for work again' },
    { command: 'comms unblock 7 --as gpt && comms claim 7 --as gpt', does: 'Go on with it at once' },
  ],
};

export const run: Run = async (invocation) => {
  const message = await asHolder(invocation, (comms, holder) => comms.unblock(holder));
  return { data: { message }, text: `Unblocked ${nameOf(message)}; it waits for work again.`, brief: message.id };
};
