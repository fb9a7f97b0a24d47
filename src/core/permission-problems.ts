import { BUILT_IN_TYPES, type Problem } from '../message/message.ts';
import { nearest } from '../message/names.ts';
import { builtInType, isOwnType } from '../message/types.ts';
import { isAgentName } from '../workspace/agent-names.ts';
import type { Settings } from '../workspace/workspace.ts';
import { EACH, keysAt, slips } from './config-keys.ts';

/** Names and types in what config.json says of permissions that mean nobody: a slip there opens or closes a way unnoticed. */
export function permissionProblems({ raw, agents, aliases, groups }: Settings): Problem[] {
  const known = [...agents, ...Object.keys(aliases)];
  const reachable = [...known, ...Object.keys(groups)];
  const { communication = {} } = raw;
  const entries = (['permissions', 'droid_permissions'] as const).flatMap((part) =>
    Object.entries(raw[part] ?? {}).map(([name, entry]) => ({ name, entry, path: `/${part}/${name}` })),
  );
  return [
    ...entries.flatMap(({ name, entry, path }) => [
      ...unknown([name], known, path),
      ...slips(entry, keysAt('permissions', EACH), path),
      ...unknown(entry.can_send_to, reachable, `${path}/can_send_to`),
      ...unknown(entry.allowed_senders, known, `${path}/allowed_senders`),
      ...unknownTypes(entry.allowed_types, `${path}/allowed_types`),
      ...empty(entry.allowed_types, `${path}/allowed_types`, `${name} may send nothing but an ACK`),
    ]),
    ...unknown(communication.orchestrators, known, '/communication/orchestrators'),
    ...unknown(communication.allowed_senders, known, '/communication/allowed_senders'),
    ...unknown(communication.allowed_receivers, reachable, '/communication/allowed_receivers'),
    ...unknown(Object.keys(communication.urgency_limits ?? {}), known, '/communication/urgency_limits'),
    ...unknownTypes(communication.default_channels, '/communication/default_channels'),
    ...empty(communication.allowed_senders, '/communication/allowed_senders', 'nobody may send anything'),
    ...empty(communication.allowed_receivers, '/communication/allowed_receivers', 'nobody may be written to'),
    ...empty(communication.default_channels, '/communication/default_channels', 'a phase that names no types allows none but ACK'),
    ...(communication.max_messages_per_phase === 0 ? [noMessages()] : []),
  ];
}

/** Held as it stands, since the other reading would open what somebody may have meant to close. */
function empty(list: readonly string[] | undefined, path: string, what: string): Problem[] {
  if (list === undefined || list.length > 0) return [];
  return [warning('EMPTY_LIST', path, `the list is empty: ${what}`, 'Take it out where everything is to be allowed.')];
}

function noMessages(): Problem {
  const hint = 'Take it out, or set communication_enabled of a phase to false in plan.json.';
  return warning('NO_MESSAGES', '/communication/max_messages_per_phase', 'no phase that names no number of its own allows a message', hint);
}

function unknown(names: readonly string[] = [], known: readonly string[], path: string): Problem[] {
  return names
    .filter((name) => name !== '*' && !known.includes(name.toLowerCase()))
    .map((name) => {
      const meant = nearest(name, known);
      const add = isAgentName(name) ? `Run "comms agents add ${name}" to register it.` : 'Take it out: no agent can have this name.';
      const hint = meant === undefined ? add : `Did you mean "${meant}"?`;
      return warning('UNKNOWN_AGENT', path, `there is no agent "${name}"`, hint);
    });
}

function unknownTypes(types: readonly string[] = [], path: string): Problem[] {
  return types
    .filter((type) => type !== '*' && builtInType(type) === undefined && !isOwnType(type))
    .map((type) => {
      const meant = nearest(type.toUpperCase(), BUILT_IN_TYPES);
      const hint =
        meant === undefined ? 'Types are such as "query", or "context.query" of your own.' : `Did you mean "${meant.toLowerCase()}"?`;
      return warning('UNKNOWN_TYPE', path, `"${type}" is not a message type`, hint);
    });
}

function warning(code: string, path: string, what: string, hint: string): Problem {
  return { severity: 'warning', code, file: 'config.json', path, message: `${path}: ${what}`, hint };
}
