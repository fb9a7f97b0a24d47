import type { CommandSpec, Run } from '../command.ts';
import { DECIDER_OPTION, decideAll, HELD_ARGUMENT } from '../held/decide.ts';
import { requireOptions, textOrStdin } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'held reject',
  summary: 'keep held messages from their recipients, and tell the sender why',
  arguments: [HELD_ARGUMENT],
  options: [DECIDER_OPTION, { flags: '--reason <text>', summary: 'what the sender is told; - reads stdin' }],
  examples: [
    { command: 'comms held reject msg-007 --reason "gemini owns src/login.ts; ask it first"', does: 'Make it a dead letter' },
    { command: 'comms held reject 7 8 --as architect --reason "not in this phase"', does: 'Reject two, as the agent architect' },
  ],
  notes: [
    'The message becomes a dead letter (rejected), and an INFO tells its sender. comms dead redrive does not let it go:\nit waits for a decision again.\nOf several ids each is decided by itself; the exit status is that of the first that failed.',
  ],
};

export const run: Run = async (invocation) => {
  const reason = await textOrStdin(invocation, 'reason');
  if (reason === undefined) requireOptions(spec, ['reason']);
  return decideAll(invocation, 'rejected', (comms, request) => comms.rejectHeld({ ...request, reason: reason ?? '' }));
};
