import { CommsError } from '../../errors.ts';
import { type Conflict, conflictsIn } from '../../orchestrator/conflicts/conflict.ts';
import { decisionOf, judge } from '../../orchestrator/judge.ts';
import type { Mode, Verdict } from '../../orchestrator/verdict.ts';
import type { CoreContext, SendRequest } from '../context.ts';
import type { Preview } from '../requests.ts';
import { type Checked, check } from '../send.ts';
import { gather } from './gather.ts';
import { needsRules } from './needs.ts';
import { inPhase } from './route.ts';

/** What every rule says of a message, and what would become of it. */
export interface Judged {
  outcome: 'deliver' | 'hold' | 'refuse';
  /** In the order of the rules; where the format is not sound, that alone. */
  verdicts: Verdict[];
  conflicts: Conflict[];
  mode?: Mode;
  /** As it would be sent; missing where the format is not sound, like the mode. */
  preview?: Preview;
}

/** Passes a message through every check and delivers nothing; takes nothing from a rate limit. @throws USAGE, and what reading the workspace throws */
export async function verdicts(ctx: CoreContext, request: SendRequest): Promise<Judged> {
  const checked = await check(ctx, request).catch(formatVerdict);
  if ('rule' in checked) return { outcome: 'refuse', verdicts: [checked], conflicts: [] };
  const { outcome, mode, ...preview } = await judged(ctx, checked);
  return { outcome, verdicts: preview.verdicts, conflicts: preview.conflicts, mode, preview: { outcome, mode, ...preview } };
}

/** The same for a message whose format is sound. */
export async function judged(ctx: CoreContext, checked: Checked): Promise<Preview> {
  const documents = (await needsRules(ctx, checked)) ?? { suspicious: false };
  const { context } = await gather(ctx, checked, { documents, levels: true });
  const said = judge(context);
  const { recipients, warnings } = checked;
  return {
    message: inPhase(checked, context).message,
    recipients,
    warnings,
    outcome: decisionOf(said, context).outcome,
    mode: context.mode,
    verdicts: said,
    conflicts: conflictsIn(said),
  };
}

/** What makes a message no message at all is a finding; a command that was called wrong, or a workspace that cannot be read, is none. */
function formatVerdict(error: unknown): Verdict {
  if (!(error instanceof CommsError) || ![3, 6, 7].includes(error.exitCode) || error.code === 'INVALID_CONFIG') throw error;
  const { code, message, hint, details } = error;
  return { rule: 'format', outcome: 'refuse', code, reason: message, ...(hint !== undefined && { hint }), ...(details && { details }) };
}
