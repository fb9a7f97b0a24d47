import type { Message } from '../../message/message.ts';
import { conflictsIn } from '../../orchestrator/conflicts/conflict.ts';
import { decisionOf, judge } from '../../orchestrator/judge.ts';
import type { CheckContext, Verdict } from '../../orchestrator/verdict.ts';
import type { Draft } from '../../store/store.ts';
import type { CoreContext } from '../context.ts';
import type { Checked } from '../send.ts';
import { gather } from './gather.ts';
import type { Documents } from './needs.ts';
import { Refusal, type Route } from './refusal.ts';

export interface Routed extends Checked {
  route: Route;
}

/**
 * Passes a message whose format is sound through all rules: refuses it, or says how it goes on. A message of a phase is
 * marked with it, and with the time that its answer may take.
 * @throws Refusal; INVALID_PLAN
 */
export async function route(ctx: CoreContext, checked: Checked, documents: Documents): Promise<Routed> {
  const { context, limits } = await gather(ctx, checked, { documents });
  const verdicts = judge(context);
  const { outcome, because } = decisionOf(verdicts, context);
  const found: Route = {
    mode: context.mode,
    conflicts: conflictsIn(verdicts),
    verdicts,
    ...(context.phase && { phase: context.phase }),
    ...(context.task && { task: context.task }),
  };
  if (outcome === 'refuse') throw new Refusal(found, because);
  const { draft, message } = inPhase(checked, context);
  return {
    ...checked,
    draft,
    message,
    ...(limits.length > 0 && { limits }),
    warnings: [...checked.warnings, ...(outcome === 'hold' ? [] : because.map(recorded))],
    route: { ...found, ...(outcome === 'hold' && { hold: because.map(({ reason }) => reason).join(' ') }) },
  };
}

/** The envelope says what it is part of, and when its answer is due, for everybody who reads it later. */
export function inPhase({ draft, message }: Checked, { phase, communication }: CheckContext): { draft: Draft; message: Message } {
  if (!phase) return { draft, message };
  const minutes = phase.rules.timeoutMinutes ?? communication.timeoutMinutes;
  const isTimed = minutes !== undefined && message.requires_response && message.expected_response_time === undefined;
  const more = { metadata: { ...message.metadata, phase_id: phase.id }, ...(isTimed && { expected_response_time: minutes }) };
  return { draft: { ...draft, ...more }, message: { ...message, ...more } };
}

function recorded({ code, reason, hint }: Verdict): string {
  return `Conflict (${code?.toLowerCase()}): ${reason} ${hint} The message was sent all the same.`;
}
