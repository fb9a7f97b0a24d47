import type { Priority } from '../../message/message.ts';
import type { Settings } from '../../workspace/workspace.ts';
import type { Phase, Task } from '../plan/plan.ts';

/** What of a task says how its owner may write. */
export type TaskRights = Pick<Task, 'communicationEnabled' | 'allowDirectMessages' | 'messageTypes'>;

/** What an agent may do with messages, as far as configuration, phase and task go. */
export interface Rights {
  /** undefined where it may write; else why not, as a sentence. */
  alone?: string;
  /** Agents and groups, each by its name. */
  maySendTo: string[];
  mayBroadcast: boolean;
  maxPriority: Priority;
  /** undefined for all. */
  types?: string[];
  /** To whom its messages are not held where they are in conflict with the plan. */
  direct: string[];
}

export interface RightsRequest {
  agent: string;
  settings: Pick<Settings, 'agents' | 'groups' | 'permissions' | 'communication'>;
  /** The one that it works in. */
  phase?: Phase | undefined;
  /** The one that it works on. */
  task?: TaskRights | undefined;
  /** Whether the task is what enables messages, as the seed's Task tool does; types then have a default without a phase too. */
  isEnabledByTask?: boolean;
}

/** Whom an agent may write to, and what. The checks of a message decide; this says beforehand what they will. */
export function rightsOf(request: RightsRequest): Rights {
  const { agent, settings, phase, task } = request;
  const own = settings.permissions[agent];
  const maySendTo = recipientsFor(request);
  const mayBroadcast = (own?.broadcast ?? true) && (isOpen(phase)?.rules.allowBroadcast ?? true) && settings.agents.length > 1;
  const types = typesFor(request);
  const nothing = types?.length === 0 ? 'There is no type of message that you may send.' : undefined;
  const nobody = maySendTo.length === 0 && !mayBroadcast ? 'There is nobody that you may write to.' : undefined;
  const why = reasonAlone(request) ?? nobody ?? nothing;
  const { mode } = settings.communication;
  const direct = mode === 'direct' || task?.allowDirectMessages === true ? maySendTo : task?.allowDirectMessages || [];
  return {
    ...(why !== undefined && { alone: why }),
    maySendTo: why === undefined ? maySendTo : [],
    mayBroadcast: why === undefined && mayBroadcast,
    maxPriority: own?.maxUrgency ?? 'critical',
    ...(types && { types }),
    direct: why === undefined ? maySendTo.filter((name) => direct.includes(name)) : [],
  };
}

function recipientsFor({ agent, settings, phase }: RightsRequest): string[] {
  const { agents, groups, permissions, communication } = settings;
  if (isOpen(phase)?.rules.allowInterAgent === false) return [];
  return [...agents.filter((name) => name !== agent), ...Object.keys(groups)].filter(
    (name) =>
      (permissions[agent]?.sendTo?.includes(name) ?? true) &&
      (communication.receivers?.includes(name) ?? true) &&
      (permissions[name]?.senders?.includes(agent) ?? true),
  );
}

/** A phase that has not begun, or is over, forbids nothing. */
function isOpen(phase: Phase | undefined): Phase | undefined {
  return phase?.status === 'active' || phase?.status === 'paused' ? phase : undefined;
}

function reasonAlone({ agent, settings: { communication }, phase, task }: RightsRequest): string | undefined {
  const its = isOpen(phase);
  if (!communication.enabled) return 'Messages between agents are switched off in this workspace.';
  if (communication.senders?.includes(agent) === false) return 'The workspace does not let you send messages.';
  if (task?.communicationEnabled === false) return 'Your task does not enable communication.';
  if (its?.communicationEnabled === false) return 'Your phase does not enable communication.';
  return its?.status === 'paused' ? 'Your phase is paused, and its messages with it.' : undefined;
}

/** What several restrictions leave. The default is for a phase or a task that enables messages and names no types. */
function typesFor({ agent, settings, phase, task, isEnabledByTask = false }: RightsRequest): string[] | undefined {
  const its = isOpen(phase);
  const named = [task?.messageTypes, its?.rules.messageTypes].filter((types) => types !== undefined);
  const fallback = named.length === 0 && (its || isEnabledByTask) ? settings.communication.defaultTypes : undefined;
  const [first, ...others] = [...named, fallback, settings.permissions[agent]?.types].filter((types) => types !== undefined);
  return first?.filter((type) => others.every((types) => types.includes(type)));
}
