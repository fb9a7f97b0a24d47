import type { CommandSpec, Run } from '../command.ts';
import { changed, PHASE_ARGUMENT } from '../plan/phase-text.ts';

export const spec: CommandSpec = {
  name: 'phase start',
  summary: 'start a phase of the plan, and its tasks with it',
  arguments: [PHASE_ARGUMENT],
  options: [{ flags: '--again', summary: 'start one that ended once more; its limits count anew' }],
  examples: [
    { command: 'comms phase start build', does: 'Let the agents of the phase begin' },
    { command: 'comms phase start build --again', does: 'Go back to a phase that ended' },
  ],
  notes: ['Warns of tasks that it waits for, and of agents that another active phase has.'],
};

export const run: Run = async (invocation) => changed(invocation, 'start');
