import { nearest } from '../../message/names.ts';
import { quote, visible } from '../../message/text.ts';
import { PHASE_BUCKET } from '../plan/phase-limit.ts';
import type { Phase } from '../plan/plan.ts';
import { idHint } from '../plan/plan-problem.ts';
import type { CheckContext, Finding, Rule } from '../verdict.ts';
import { namesOf, refusal, typesAllowed } from './words.ts';

/** What the phase and the task of a message allow (the seed's EnhancedPhase and TaskWithCommunication). */
export const phaseRule: Rule = (context) => {
  const { phase, unknownPhase, plan } = context;
  if (unknownPhase !== undefined) return [unknown(unknownPhase, plan?.phases ?? [])];
  return [...(phase ? phaseFindings(context, phase) : []), ...taskFindings(context), ...typeFindings(context), ...limitFindings(context)];
};

/** The types that a message of its phase and task may have; undefined where nothing restricts them. */
function typesOf({ phase, task, sender, communication }: Pick<CheckContext, 'phase' | 'task' | 'sender' | 'communication'>) {
  const own = task?.owner === sender ? task : undefined;
  const ofPhase = phase && (phase.rules.messageTypes ?? communication.defaultTypes);
  const ofTask = own && (own.messageTypes ?? (phase ? undefined : communication.defaultTypes));
  if (!ofPhase || !ofTask) return ofPhase ?? ofTask;
  return ofPhase.filter((type) => ofTask.includes(type));
}

function phaseFindings(
  { mode, recipients, sender, communication }: CheckContext,
  { id: phase, status, communicationEnabled, rules }: Phase,
): Finding[] {
  const id = visible(phase);
  // Who decides is always told, and may always speak; what also goes to others goes to agents.
  const isOrchestrator = (name: string) => communication.orchestrators.includes(name);
  const isWithOrchestrator = isOrchestrator(sender) || recipients.every(isOrchestrator);
  if (status === 'paused' && !isWithOrchestrator) {
    return [refusal('PHASE_PAUSED', `The phase ${id} is paused.`, `Wait until it goes on, or run "comms phase resume ${id}".`, { phase })];
  }
  if (!communicationEnabled && !isWithOrchestrator) {
    return [
      refusal(
        'COMMUNICATION_DISABLED',
        `The phase ${id} is one without messages.`,
        `Wait for the next phase, or set communication_enabled of ${id} in plan.json.`,
        { phase },
      ),
    ];
  }
  if (mode === 'broadcast' && !rules.allowBroadcast) {
    return [
      refusal(
        'BROADCAST_NOT_ALLOWED',
        `The phase ${id} allows no broadcast.`,
        `Name the recipients with --to, or set communication_rules.allow_broadcast of ${id} in plan.json.`,
        { phase },
      ),
    ];
  }
  const isToOthers = recipients.some((name) => name !== sender);
  if (mode !== 'broadcast' && !rules.allowInterAgent && isToOthers && !isWithOrchestrator) {
    const orchestrators = communication.orchestrators;
    const first = orchestrators.length > 0 ? `Write to ${namesOf(orchestrators)}` : 'Wait for the next phase';
    return [
      refusal(
        'RECIPIENT_NOT_ALLOWED',
        `In the phase ${id} agents do not write to one another.`,
        `${first}, or set communication_rules.allow_inter_agent of ${id} in plan.json.`,
        { phase },
      ),
    ];
  }
  return [];
}

function taskFindings({ task, sender }: CheckContext): Finding[] {
  if (!task || task.owner !== sender || task.communicationEnabled) return [];
  const id = visible(task.id);
  return [
    refusal(
      'COMMUNICATION_DISABLED',
      `The task ${id} of ${sender} is one without messages.`,
      `Finish it first, or set communication_enabled of ${id} in plan.json.`,
      { task: task.id },
    ),
  ];
}

function typeFindings(context: CheckContext): Finding[] {
  const types = typesOf(context);
  const { phase, task, message } = context;
  if (!types || typesAllowed(types, message.type)) return [];
  const where = visible(phase ? `The phase ${phase.id}` : `The task ${task?.id}`);
  const allowed = types.length > 0 ? `Send one of ${namesOf(types)}` : 'Wait for the next phase';
  return [
    refusal(
      'TYPE_NOT_ALLOWED',
      `${where} has no messages of type ${message.type}.`,
      `${allowed}, or add it to ${phase ? 'message_types' : 'communication_channels'} in plan.json.`,
      { type: message.type, allowed_types: types, phase: phase?.id, task: task?.id },
    ),
  ];
}

/** Told beforehand; when the message is sent, the store takes the token in the same step. */
function limitFindings({ levels, phase }: CheckContext): Finding[] {
  return levels
    .filter(({ key, retryAfterMs }) => key.startsWith(PHASE_BUCKET) && retryAfterMs > 0)
    .map(({ name, capacity }) => phaseLimitReached(name, capacity, phase?.id));
}

/** The refusal of a message too many for its phase. `name` is whose limit it is, as the bucket has it. */
export function phaseLimitReached(name: string, limit: number, phase: string | undefined): Finding {
  return refusal(
    'PHASE_LIMIT_REACHED',
    `The limit of ${limit} message${limit === 1 ? '' : 's'} of ${name} is used up.`,
    'Wait for the next phase, or raise max_messages_per_phase in config.json or plan.json.',
    { limit: name, max_messages_per_phase: limit, phase },
  );
}

function unknown(name: string, phases: readonly Phase[]): Finding {
  const meant = nearest(
    name,
    phases.map(({ id }) => id),
  );
  return refusal(
    'UNKNOWN_PHASE',
    `There is no phase ${quote(name)} in plan.json.`,
    meant === undefined ? `Leave metadata.phase_id out. ${idHint('phase', name, phases)}` : `Did you mean ${quote(meant)}?`,
    { phase: name.slice(0, 200) },
  );
}
