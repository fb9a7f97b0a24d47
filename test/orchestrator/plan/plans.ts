import { parsePlan } from '../../../src/orchestrator/plan/parse.ts';
import type { Plan } from '../../../src/orchestrator/plan/plan.ts';

export const ALIASES = { 'backend-typescript-architect': 'backend', codex: 'gpt' };

/** A plan of what its file says. */
export function planOf(file: object): Plan {
  return parsePlan(JSON.stringify(file), { aliases: ALIASES });
}
