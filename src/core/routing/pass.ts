import { CommsError } from '../../errors.ts';
import type { CoreContext } from '../context.ts';
import type { Sent } from '../requests.ts';
import { type Checked, type DeliverOptions, deliver } from '../send.ts';
import { phaseRefusal } from './limits.ts';
import { logged, logRefusal } from './log.ts';
import type { Documents } from './needs.ts';
import { Refusal } from './refusal.ts';
import { type Routed, route } from './route.ts';

/** Passes a message through the rules, then delivers or holds it. @throws Refusal, RATE_LIMITED, INVALID_PLAN, and what the store throws */
export async function passRules(ctx: CoreContext, checked: Checked, documents: Documents, options: DeliverOptions): Promise<Sent> {
  const routed = await route(ctx, checked, documents).catch(async (error: unknown) => {
    if (error instanceof Refusal) await logRefusal(ctx, checked, error.route);
    throw error;
  });
  const { conflicts, hold } = routed.route;
  const act = () => deliver(ctx, routed, { ...options, ...(hold !== undefined && { hold }) }).catch(asPhaseLimit(routed));
  const sent = await logged(ctx, routed, routed.route, act, options);
  return conflicts.length > 0 ? { ...sent, conflicts } : sent;
}

/** The store knows of tokens only; that a phase has no more of them is told in its own words. */
function asPhaseLimit({ limits = [], route: { phase, ...found } }: Routed): (error: unknown) => never {
  return (error) => {
    const isLimit = error instanceof CommsError && error.code === 'RATE_LIMITED';
    const finding = isLimit ? phaseRefusal(limits, error.details?.limit, phase) : undefined;
    if (!finding) throw error;
    throw new Refusal({ ...found, ...(phase && { phase }) }, [{ rule: 'phase', ...finding }]);
  };
}
