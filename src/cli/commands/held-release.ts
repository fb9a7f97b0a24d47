import type { CommandSpec, Run } from '../command.ts';
import { DECIDER_OPTION, decideAll, HELD_ARGUMENT } from '../held/decide.ts';
import { textOrStdin } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'held release',
  summary: 'let held messages go to their recipients',
  arguments: [HELD_ARGUMENT],
  options: [DECIDER_OPTION, { flags: '--note <text>', summary: 'what sender and recipients are to know; - reads stdin' }],
  examples: [
    { command: 'comms held release msg-007', does: 'Let it go to everybody that it was sent to' },
    { command: 'comms held release 7 8 --as architect --note "agreed with gemini"', does: 'Let two go, as the agent architect' },
  ],
  notes: [
    'A message goes to all of its recipients, or to none. It keeps its id and time, and waits in their inboxes as if it\nhad just come; comms track ID shows its sender who let it go.\nOf several ids each is decided by itself; the exit status is that of the first that failed.',
  ],
};

export const run: Run = async (invocation) => {
  const note = await textOrStdin(invocation, 'note');
  return decideAll(invocation, 'released', (comms, request) => comms.releaseHeld({ ...request, ...(note !== undefined && { note }) }));
};
