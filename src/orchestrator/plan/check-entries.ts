import { isBuiltInType, type Problem } from '../../message/message.ts';
import { nearest } from '../../message/names.ts';
import { quote } from '../../message/text.ts';
import { isOwnType, unknownType } from '../../message/types.ts';
import type { PlanSurroundings } from './check.ts';
import type { Phase, Plan, Task } from './plan.ts';
import { memberPath, planError, planWarning, unknownId } from './plan-problem.ts';

/** What is wrong with one phase: its agents and its types. */
export function phaseProblems({ status, agents, rules }: Phase, at: number, around: PlanSurroundings): Problem[] {
  const entry = around.file?.phases?.[at];
  const path = `/phases/${at}`;
  const pathOf = (name?: string) => memberPath(entry, path, ['agents', 'droids'], name);
  const idle = status === 'active' && agents.length === 0;
  return [
    ...agents.flatMap((name) => unknownAgent(name, pathOf(name), around)),
    ...(idle ? [planWarning('NO_AGENTS', pathOf(), 'the phase is active, and nobody works in it', 'Name its agents, or end it.')] : []),
    ...unknownTypes(rules.messageTypes, entry?.communication_rules, `${path}/communication_rules`, 'message_types'),
  ];
}

/** What is wrong with one task: its owner, its phase, whom it writes to, and its types. */
export function taskProblems(task: Task, at: number, { phases }: Plan, around: PlanSurroundings): Problem[] {
  const entry = around.file?.tasks?.[at];
  const path = `/tasks/${at}`;
  const { owner, phase, allowDirectMessages: direct } = task;
  const known = phase === undefined || phases.some(({ id }) => id === phase);
  const ownerPath = memberPath(entry, path, ['owner', 'subagent_type']);
  const recipients = Array.isArray(direct) ? direct.filter((name) => !Object.hasOwn(around.groups, name)) : [];
  return [
    ...(owner === undefined ? [] : unknownAgent(owner, ownerPath, around)),
    ...(known ? outsideOfPhase(task, ownerPath, phases) : [unknownId('UNKNOWN_PHASE', 'phase', phase, `${path}/phase`, phases)]),
    ...recipients.flatMap((name) => unknownAgent(name, memberPath(entry, path, ['allow_direct_messages'], name), around)),
    ...unknownTypes(task.messageTypes, entry, path, 'communication_channels'),
  ];
}

function outsideOfPhase({ owner, phase }: Task, path: string, phases: readonly Phase[]): Problem[] {
  const its = phases.find(({ id }) => id === phase);
  if (owner === undefined || its === undefined || its.agents.includes(owner)) return [];
  const said = `${quote(owner)} is not among the agents of the phase ${quote(its.id)}`;
  return [planWarning('NOT_IN_PHASE', path, said, 'Add it to them, or give the task to one of them.')];
}

/** Who works must be an agent: a group is several, and does nothing itself. */
function unknownAgent(name: string, path: string, { agents, aliases = {}, groups }: PlanSurroundings): Problem[] {
  if (agents.includes(name)) return [];
  if (Object.hasOwn(groups, name)) {
    const members = groups[name]?.join(', ');
    return [planError('UNKNOWN_AGENT', path, `${quote(name)} is a group and no agent`, `Name its members: ${members}.`)];
  }
  const close = nearest(name, [...agents, ...Object.keys(aliases)]);
  const hint = close ? `Did you mean "${close}"?` : `Known agents: ${agents.join(', ') || 'none'}. "comms agents add NAME" registers one.`;
  return [planError('UNKNOWN_AGENT', path, `there is no agent ${quote(name)}`, hint)];
}

function unknownTypes(types: readonly string[] = [], entry: unknown, path: string, member: string): Problem[] {
  return types.flatMap((type) => {
    if (isBuiltInType(type) || isOwnType(type)) return [];
    const hint = unknownType(type).hint ?? '';
    return [planError('UNKNOWN_TYPE', memberPath(entry, path, [member], type), `${quote(type)} is not a message type`, hint)];
  });
}
