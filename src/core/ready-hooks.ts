import { CommsError } from '../errors.ts';
import type { CoreContext } from './context.ts';
import { planOf } from './plan.ts';
import type { ReadyHooks } from './ready.ts';
import { finishTask } from './tasks.ts';

/** What `ready` is to know of plan.json, and how it says there that a task is done. @throws INVALID_PLAN */
export async function readyHooks(ctx: CoreContext): Promise<ReadyHooks> {
  const plan = await planOf(ctx);
  if (!plan) return {};
  return {
    plan,
    finishTask: async (id, agent) => {
      const task = plan.tasks.find((one) => one.id.toLowerCase() === id.toLowerCase());
      // Whoever says that somebody else's task is ready does not say that it is done.
      if (!task || (task.owner !== undefined && task.owner !== agent)) return false;
      return finishTask(ctx, { id: task.id, agent }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CommsError && error.code === 'UNKNOWN_TASK') return false;
          throw error;
        },
      );
    },
  };
}
