import type { CommandSpec, Run } from '../command.ts';
import { changed, PHASE_ARGUMENT } from '../plan/phase-text.ts';

export const spec: CommandSpec = {
  name: 'phase resume',
  summary: 'let a paused phase go on',
  arguments: [PHASE_ARGUMENT],
  examples: [{ command: 'comms phase resume build', does: 'Let the agents of the phase go on' }],
  notes: ['What counts since its start goes on counting.'],
};

export const run: Run = async (invocation) => changed(invocation, 'resume');
