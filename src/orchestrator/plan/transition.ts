import { CommsError } from '../../errors.ts';
import { quote } from '../../message/text.ts';
import type { Phase } from './plan.ts';

/** What comms phase does with a phase. */
export type PhaseAction = 'start' | 'pause' | 'resume' | 'end';

const FROM: Record<PhaseAction, readonly Phase['status'][]> = {
  start: ['planned'],
  pause: ['active'],
  resume: ['paused'],
  end: ['active', 'paused'],
};
const TO: Record<PhaseAction, Phase['status']> = { start: 'active', pause: 'paused', resume: 'active', end: 'ended' };

/** What an action makes of a phase; with `again` one that ended starts anew. @throws WRONG_PHASE_STATUS */
export function statusAfter({ id, status }: Phase, action: PhaseAction, again = false): Phase['status'] {
  if (FROM[action].includes(status) || (action === 'start' && again && status === 'ended')) return TO[action];
  const is = status === TO[action] ? `${status} already` : status;
  throw new CommsError('WRONG_PHASE_STATUS', `The phase ${quote(id)} is ${is}, and ${cannot(action)}.`, {
    hint: wayOut(id, status, action),
    details: { phase: id, status, action },
  });
}

function cannot(action: PhaseAction): string {
  const done = { start: 'started', pause: 'paused', resume: 'resumed', end: 'ended' }[action];
  return `only one that is ${FROM[action].join(' or ')} can be ${done}`;
}

function wayOut(id: string, status: Phase['status'], action: PhaseAction): string {
  const run = (command: string) => `comms phase ${command}`;
  const name = /^[\w.-]+$/.test(id) ? id : JSON.stringify(id);
  if (status === 'planned') return `It has not begun: ${run(`start ${name}`)}`;
  if (status === 'ended') return `It can start once more, with its limits counted anew: ${run(`start ${name} --again`)}`;
  if (status === 'paused')
    return action === 'pause'
      ? `It goes on with: ${run(`resume ${name}`)}`
      : `It goes on with: ${run(`resume ${name}`)}, and ends with: ${run(`end ${name}`)}`;
  return action === 'start'
    ? `To begin anew: ${run(`end ${name}`)}, then ${run(`start ${name} --again`)}`
    : `It goes on; ${run(`pause ${name}`)} stops its messages.`;
}
