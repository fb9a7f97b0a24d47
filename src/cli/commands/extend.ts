import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, asHolder, ID_ARGUMENT, LEASE_OPTION, leaseFrom, nameOf, TOKEN_OPTION, timeLeft } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'extend',
  summary: 'keep a claimed message for longer',
  arguments: [ID_ARGUMENT],
  options: [AS_OPTION, LEASE_OPTION, TOKEN_OPTION],
  examples: [
    { command: 'comms extend msg-007 --as gpt', does: 'Begin the lease anew' },
    { command: 'comms extend 7 --as gpt --lease 2h', does: 'Keep it for two hours from now' },
  ],
};

export const run: Run = async (invocation) => {
  const leaseMs = leaseFrom(invocation);
  const message = await asHolder(invocation, (comms, holder) => comms.extend({ ...holder, ...(leaseMs !== undefined && { leaseMs }) }));
  const end = message.delivery?.lease_expires_at;
  const left = timeLeft(end, invocation.now());
  return { data: { message }, text: `Extended the lease on ${nameOf(message)}: yours for ${left}, until ${end}.`, brief: message.id };
};
