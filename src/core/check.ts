import type { Problem } from '../message/message.ts';
import { nearest } from '../message/names.ts';
import type { Checked, CheckOptions } from '../store/store.ts';
import type { Settings } from '../workspace/workspace.ts';
import { keysAt, slips } from './config-keys.ts';
import type { CoreContext } from './context.ts';
import { groupProblems } from './groups.ts';
import { permissionProblems } from './permission-problems.ts';
import { reservationProblems } from './reservations.ts';

/** What is wrong with what is stored and with the settings; with `fix`, what was done about it. */
export async function checkWorkspace(ctx: CoreContext, options: CheckOptions = {}): Promise<Checked> {
  const { problems, fixed } = await ctx.store.check(options);
  const { planProblemsIn } = await import('./plan.ts');
  const [inPlan = [], reserved] = await Promise.all([planProblemsIn(ctx), reservationProblems(ctx)]);
  const { uncommittedProblems } = await import('./git/uncommitted-problems.ts');
  return { problems: [...configProblems(ctx), ...inPlan, ...problems, ...reserved, ...(await uncommittedProblems(ctx))], fixed };
}

/** An invalid config.json never gets this far; what is left is what nobody can have meant. */
function configProblems({ workspace: { settings } }: CoreContext): Problem[] {
  const { raw, agents } = settings;
  const few: Problem[] = agents.length < 2 ? [fewAgents(agents)] : [];
  return [
    ...few,
    ...groupProblems(settings),
    ...slips(raw, keysAt(), ''),
    ...(['limits', 'archive', 'cleanup', 'rate_limits', 'presence', 'communication', 'git'] as const).flatMap((part) =>
      slips(raw[part] ?? {}, keysAt(part), `/${part}`),
    ),
    ...limitsOfNobody(settings),
    ...permissionProblems(settings),
  ];
}

function fewAgents(agents: readonly string[]): Problem {
  return {
    severity: 'warning',
    code: 'FEW_AGENTS',
    file: 'config.json',
    path: '/agents',
    message: agents.length === 0 ? 'no agent is registered' : `${agents.join()} is the only agent that is registered`,
    hint: 'Run "comms agents add NAME" to register another.',
  };
}

/** A slip in the name would leave an agent without its limit. */
function limitsOfNobody({ rateLimits, agents }: Settings): Problem[] {
  return Object.keys(rateLimits.agents).flatMap((name) => {
    if (agents.includes(name)) return [];
    const path = `/rate_limits/agents/${name}`;
    const meant = nearest(name, agents);
    return {
      severity: 'warning',
      code: 'UNKNOWN_AGENT',
      file: 'config.json',
      path,
      message: `${path}: there is no such agent, so that this limits nobody`,
      hint: meant === undefined ? `Run "comms agents add ${name}" to register it.` : `Did you mean "${meant}"?`,
    } satisfies Problem;
  });
}
