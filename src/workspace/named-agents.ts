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
  const names = [...namesIn(config.permissions), ...namesIn(config.droid_permissions), ...inboxes];
  const agents = [...new Set(names)].filter((name) => isAgentName(name) && !groups.includes(name));
  return { version: '1.0', agents: Object.fromEntries(agents.map((name) => [name, {}])), ...config };
}

function namesIn(permissions: unknown): string[] {
  if (!isObject(permissions)) return [];
  const reached = Object.values(permissions).flatMap((entry) =>
    isObject(entry) && Array.isArray(entry.can_send_to) ? entry.can_send_to : [],
  );
  return [...Object.keys(permissions), ...reached.filter((name) => typeof name === 'string')];
}
