import type { CommandSpec, Run } from '../command.ts';
import { changed, PHASE_ARGUMENT } from '../plan/phase-text.ts';

export const spec: CommandSpec = {
  name: 'phase end',
  summary: 'end a phase of the plan',
  arguments: [PHASE_ARGUMENT],
  examples: [{ command: 'comms phase end build', does: 'Say that the phase is over' }],
  notes: ['It can start once more: comms phase start ID --again.'],
};

export const run: Run = async (invocation) => changed(invocation, 'end');
