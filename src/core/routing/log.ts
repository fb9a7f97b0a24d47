import { CommsError } from '../../errors.ts';
import { entryOf } from '../../orchestrator/traffic/entry-of.ts';
import type { Verdict } from '../../orchestrator/verdict.ts';
import type { CoreContext } from '../context.ts';
import type { Sent } from '../requests.ts';
import type { Checked, DeliverOptions } from '../send.ts';
import { Refusal, type Route } from './refusal.ts';

/** The route of a message that no rule had to look at. */
export function plainRoute({ workspace: { settings } }: CoreContext, { broadcast }: Checked): Route {
  return { mode: broadcast ? 'broadcast' : settings.communication.mode, conflicts: [], verdicts: [] };
}

/** Delivers by `act`, and logs what became of it, also where a limit refused it. What cannot be logged is a warning. */
export async function logged(
  ctx: CoreContext,
  checked: Checked,
  route: Route,
  act: () => Promise<Sent>,
  { onLimited }: DeliverOptions,
): Promise<Sent> {
  const sent = await act().catch(async (error: unknown) => {
    const verdict = refusalIn(error);
    const log = verdict && (() => logRefusal(ctx, checked, { ...route, verdicts: [...route.verdicts, verdict] }));
    if (verdict?.rule === 'rate' && log && onLimited) onLimited(log);
    else await log?.();
    throw error;
  });
  const { message, deliveries } = sent;
  const outcomes = deliveries.map(({ outcome }) => outcome);
  const event = outcomes.includes('held') ? 'held' : outcomes.every((outcome) => outcome === 'duplicate') ? 'duplicate' : 'sent';
  const problem = await append(ctx, { ...checked, message }, route, { event, deliveries });
  return problem === undefined ? sent : { ...sent, warnings: [...sent.warnings, problem] };
}

/** Logs a message that nobody got. */
export async function logRefusal(ctx: CoreContext, checked: Checked, route: Route): Promise<void> {
  await append(ctx, checked, route, { event: 'refused' });
}

async function append(
  { traffic, clock, workspace: { settings } }: CoreContext,
  { message, recipients }: Pick<Checked, 'message' | 'recipients'>,
  { mode, phase, task, verdicts }: Route,
  what: Pick<Parameters<typeof entryOf>[0], 'event' | 'deliveries'>,
): Promise<string | undefined> {
  if (!settings.communication.isLogged) return undefined;
  const about = { message, recipients, mode, verdicts, ...(phase && { phase }), ...(task && { task }) };
  return traffic?.append(entryOf({ at: clock(), ...about, ...what }));
}

function refusalIn(error: unknown): Verdict | undefined {
  if (!(error instanceof CommsError)) return undefined;
  if (error.code === 'RATE_LIMITED') return { rule: 'rate', outcome: 'refuse', code: error.code };
  return error instanceof Refusal ? { rule: 'phase', outcome: 'refuse', code: error.code } : undefined;
}
