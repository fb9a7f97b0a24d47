import type { Comms } from './core/api.ts';
import type { CoreContext } from './core/context.ts';

type Method =
  | 'held'
  | 'releaseHeld'
  | 'rejectHeld'
  | 'reserve'
  | 'unreserve'
  | 'reservations'
  | 'ready'
  | 'phases'
  | 'changePhase'
  | 'tasks'
  | 'finishTask'
  | 'checkPlan'
  | 'brief';

/** What orchestrates the agents of a workspace; each part is loaded with its first use. */
export function orchestrationMethods(ctx: CoreContext): Pick<Comms, Method> {
  return {
    held: async (request) => (await import('./core/held.ts')).held(ctx, request),
    releaseHeld: async (request) => (await import('./core/held.ts')).releaseHeld(ctx, request),
    rejectHeld: async (request) => (await import('./core/held.ts')).rejectHeld(ctx, request),

    reserve: async (request) => (await import('./core/reservations.ts')).reserveFiles(ctx, request),
    unreserve: async (request) => (await import('./core/reservations.ts')).unreserveFiles(ctx, request),
    reservations: async (request) => (await import('./core/reservations.ts')).listReservations(ctx, request),
    ready: async (request) => {
      const [{ ready }, { readyHooks }] = await Promise.all([import('./core/ready.ts'), import('./core/ready-hooks.ts')]);
      return ready(ctx, request, await readyHooks(ctx));
    },

    phases: async () => (await import('./core/phases.ts')).listPhases(ctx),
    changePhase: async (request) => (await import('./core/phases.ts')).changePhase(ctx, request),
    tasks: async () => (await import('./core/tasks.ts')).listTasks(ctx),
    finishTask: async (request) => (await import('./core/tasks.ts')).finishTask(ctx, request),
    checkPlan: async () => (await import('./core/plan.ts')).checkPlan(ctx),
    brief: async (request) => (await import('./core/brief.ts')).brief(ctx, request),
  };
}
