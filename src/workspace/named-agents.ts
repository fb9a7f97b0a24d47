import { isObject } from '../message/json.ts';
import { isAgentName } from './agent-names.ts';

/** The members of config.json that make one without `agents` a config all the same: that of the droid communication protocol. */
const OF_ORCHESTRATION = ['communication', 'permissions', 'droid_permissions'];

/**
 * A config of orchestration that registers no agents, such as the seed's own, registers those that it names and those that
 * have an inbox. Any other is given back as it is.
 */
export function withNamedAgents(config: unknown, inboxes: readonly string[]): unknown {
  if (!isObject(config) || Object.hasOwn(config, 'agents')) return config;
  if (!OF_ORCHESTRATION.some((part) => Object.hasOwn(config, part))) return config;
  const groups = isObject(config.groups) ? Object.keys(config.groups) : [];
  const { communication, permissions, droid_permissions } = config;
  const names = [...namesIn(permissions), ...namesIn(droid_permissions), ...namedBy(communication), ...inboxes];
  const agents = [...new Set(names)].filter((name) => isAgentName(name) && !groups.includes(name));
  return { version: '1.0', agents: Object.fromEntries(agents.map((name) => [name, {}])), ...config };
}

function namesIn(permissions: unknown): string[] {
  if (!isObject(permissions)) return [];
  const others = Object.values(permissions).flatMap((entry) =>
    isObject(entry) ? [...textsIn(entry.can_send_to), ...textsIn(entry.allowed_senders)] : [],
  );
  return [...Object.keys(permissions), ...others];
}

function namedBy(communication: unknown): string[] {
  if (!isObject(communication)) return [];
  const { orchestrators, allowed_senders, allowed_receivers, urgency_limits } = communication;
  const limited = isObject(urgency_limits) ? Object.keys(urgency_limits) : [];
  return [...[orchestrators, allowed_senders, allowed_receivers].flatMap(textsIn), ...limited];
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
