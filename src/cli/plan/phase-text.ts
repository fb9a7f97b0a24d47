import type { PhaseChanged, PhaseSummary } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { PhaseAction } from '../../orchestrator/plan/transition.ts';
import { ageOf } from '../age.ts';
import type { ArgumentSpec, Invocation, Outcome } from '../command.ts';
import type { Style } from '../style.ts';

/** What the commands of a phase print. plan.json is a file that others write. */

export const PHASE_ARGUMENT: ArgumentSpec = { name: 'id', summary: 'the phase, as plan.json calls it', required: true, completes: 'phase' };

/** Does what the command says with the phase that its argument names. */
export async function changed({ args, options, open }: Invocation, action: PhaseAction): Promise<Outcome> {
  const again = options.has('again') && options.flag('again');
  const { warnings, ...data } = await (await open()).changePhase({ id: args[0] ?? '', action, again });
  return { data, text: changedText(data, action), brief: visible(data.phase.id), warnings: warnings.map((text) => visible(text)) };
}

export function statusText(status: PhaseSummary['status'], style: Style): string {
  if (status === 'active') return style.good(status);
  return status === 'paused' ? style.warn(status) : style.dim(status);
}

/** "3m ago" it got its status; empty for one that has not begun. `now` in ms. */
export function sinceText({ status, started_at, paused_at, ended_at }: PhaseSummary, now: number): string {
  const times = { planned: undefined, active: started_at, paused: paused_at ?? started_at, ended: ended_at };
  const since = times[status];
  return since === undefined ? '' : visible(ageOf(since, now));
}

function changedText({ phase, previous_status }: Omit<PhaseChanged, 'warnings'>, action: PhaseAction): string {
  const done = { start: 'Started', pause: 'Paused', resume: 'Resumed', end: 'Ended' }[action];
  const who = phase.agents.length === 0 ? '' : ` with ${phase.agents.map((name) => visible(name)).join(', ')}`;
  return `${done} the phase ${visible(phase.id)}${action === 'end' ? '' : who} (it was ${previous_status})`;
}
