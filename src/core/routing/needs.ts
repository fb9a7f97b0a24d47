import { isDependency, isOfWork } from '../../orchestrator/conflicts/work.ts';
import { isSuspicious } from '../../orchestrator/sensitive/prefilter.ts';
import type { Settings } from '../../workspace/workspace.ts';
import type { CoreContext } from '../context.ts';
import type { Checked } from '../send.ts';

/** What was found on disk while it was looked whether a message needs the rules. */
export interface Documents {
  /** The text of plan.json, where there is one. */
  plan?: string;
  /** The text of reservations.json, where there is one and the message may be about reserved files. */
  reservations?: string;
  /** Whether something in the message may be a secret. */
  suspicious: boolean;
}

/**
 * Whether any rule but that of the format can have something to say of a message: in a plain workspace none has, and the
 * rules need not be loaded. Cheap, since every send asks.
 */
export async function needsRules(ctx: CoreContext, { message }: Checked): Promise<Documents | undefined> {
  const { settings } = ctx.workspace;
  const [plan, reservations] = await Promise.all([ctx.plan?.read(), isOfWork(message.type) ? ctx.reservations?.read() : undefined]);
  const suspicious = isSuspicious(message, settings.communication.sensitive, settings.communication.filters);
  if (plan === undefined && reservations === undefined && !suspicious && !isDependency(message) && !restricts(settings)) return undefined;
  return { suspicious, ...(plan !== undefined && { plan }), ...(reservations !== undefined && { reservations }) };
}

function restricts({ permissions, communication }: Settings): boolean {
  const { enabled, senders, receivers } = communication;
  return !enabled || senders !== undefined || receivers !== undefined || Object.keys(permissions).length > 0;
}
