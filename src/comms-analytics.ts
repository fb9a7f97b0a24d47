import type { Comms } from './core/api.ts';
import type { CoreContext } from './core/context.ts';

/** The methods that look at deadlines and figures. */
export function analyticsMethods(ctx: CoreContext): Pick<Comms, 'overdue' | 'stats' | 'report'> {
  return {
    overdue: async (request) => (await import('./core/overdue.ts')).overdue(ctx, request),
    stats: async (request) => (await import('./core/stats.ts')).stats(ctx, request),
    report: async (request) => (await import('./core/stats.ts')).report(ctx, request),
  };
}
