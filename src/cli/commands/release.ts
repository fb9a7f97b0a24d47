import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, asHolder, ID_ARGUMENT, nameOf, TOKEN_OPTION } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'release',
  summary: 'give a claimed message back',
  arguments: [ID_ARGUMENT],
  options: [AS_OPTION, TOKEN_OPTION],
  examples: [
    { command: 'comms release msg-007 --as gpt', does: 'Let msg-007 wait again; the attempt does not count' },
    { command: 'comms release 7 --as gpt --token 5d0c1f', does: 'Show that the lease is yours' },
  ],
};

export const run: Run = async (invocation) => {
  const message = await asHolder(invocation, (comms, holder) => comms.release(holder));
  return { data: { message }, text: `Released ${nameOf(message)}; it waits again.`, brief: message.id };
};
