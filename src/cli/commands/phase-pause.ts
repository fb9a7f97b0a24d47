import type { CommandSpec, Run } from '../command.ts';
import { changed, PHASE_ARGUMENT } from '../plan/phase-text.ts';

export const spec: CommandSpec = {
  name: 'phase pause',
  summary: 'stop the messages of an active phase for a while',
  arguments: [PHASE_ARGUMENT],
  examples: [{ command: 'comms phase pause build', does: 'Let the messages of the phase wait' }],
  notes: ['comms phase resume lets it go on.'],
};

export const run: Run = async (invocation) => changed(invocation, 'pause');
