import { PHASE_BUCKET, phaseLimit } from '../../orchestrator/plan/phase-limit.ts';
import type { Phase } from '../../orchestrator/plan/plan.ts';
import { phaseLimitReached } from '../../orchestrator/rules/phase.ts';
import type { RateLimit } from '../../store/store.ts';
import type { Settings } from '../../workspace/workspace.ts';

/** How many messages an active phase may have: of all agents, and of the sender where its permissions say so. */
export function phaseLimits({ communication, permissions }: Settings, phase: Phase | undefined, sender: string): RateLimit[] {
  if (phase?.status !== 'active') return [];
  const forAll = phase.rules.maxMessages ?? communication.maxPerPhase;
  const forSender = Object.hasOwn(permissions, sender) ? permissions[sender]?.maxPerPhase : undefined;
  return [
    ...(forAll === undefined ? [] : [phaseLimit(phase, forAll)]),
    ...(forSender === undefined ? [] : [phaseLimit(phase, forSender, sender)]),
  ];
}

/** What a refusal of the store for one of these buckets comes to; undefined for any other bucket. */
export function phaseRefusal(limits: readonly RateLimit[], name: unknown, phase: Phase | undefined) {
  const limit = limits.find((one) => one.name === name && one.key.startsWith(PHASE_BUCKET));
  return limit && phaseLimitReached(limit.name, limit.capacity, phase?.id);
}
