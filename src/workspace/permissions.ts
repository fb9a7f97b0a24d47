import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { builtInType } from '../message/types.ts';
import type { Communication, Permissions } from './workspace.ts';

/** What config.json says of who may do what (the droid communication protocol, "Configuration" and "Safety and Conflict Management"). */

type Aliases = Readonly<Record<string, string>>;
type Entry = NonNullable<Config['permissions']>[string];

/** By agent. `permissions` and `droid_permissions` are merged. @throws INVALID_CONFIG where an agent stands in both */
export function permissionsFrom(config: Config, aliases: Aliases): Record<string, Permissions> {
  return Object.fromEntries(entriesOf(config, aliases).map(([name, entry]) => [name, permissionsOf(entry, aliases)]));
}

/** How many messages a minute an agent may send: the smaller of its permission and of `urgency_limits`. */
export function limitsAMinute(config: Config, aliases: Aliases): Record<string, number> {
  const limits = new Map<string, number>();
  const given = [
    ...Object.entries(config.communication?.urgency_limits ?? {}).map(([name, limit]) => [nameOf(name, aliases), limit] as const),
    ...entriesOf(config, aliases).map(([name, { max_messages_per_minute }]) => [name, max_messages_per_minute] as const),
  ];
  for (const [name, limit] of given) {
    if (limit !== undefined) limits.set(name, Math.min(limit, limits.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return Object.fromEntries(limits);
}

/** @throws INVALID_CONFIG for a pattern that is no regular expression */
export function communicationFrom({ communication }: Config, aliases: Aliases): Communication {
  const given = communication ?? {};
  const { default_channels, max_messages_per_phase, timeout_minutes, allowed_senders, allowed_receivers } = given;
  return {
    enabled: given.enabled ?? true,
    mode: given.mode ?? (communication === undefined ? 'direct' : 'mediated'),
    orchestrators: (given.orchestrators ?? []).map((name) => nameOf(name, aliases)),
    ...(default_channels && { defaultTypes: default_channels.map(typeOf) }),
    ...(max_messages_per_phase !== undefined && { maxPerPhase: max_messages_per_phase }),
    ...(timeout_minutes !== undefined && { timeoutMinutes: timeout_minutes }),
    detectsConflicts: given.conflict_detection ?? true,
    isLogged: given.analytics_tracking ?? true,
    ...restriction('senders', allowed_senders, aliases),
    ...restriction('receivers', allowed_receivers, aliases),
    filters: (given.content_filters ?? []).map((text, at) => pattern(text, 'iu', `/communication/content_filters/${at}`)),
    sensitive: Object.fromEntries(
      Object.entries(given.sensitive_patterns ?? {}).map(([name, text]) => [
        name,
        pattern(text, 'gu', `/communication/sensitive_patterns/${name}`),
      ]),
    ),
    allowsSensitive: given.allow_sensitive ?? false,
  };
}

function entriesOf({ permissions = {}, droid_permissions = {} }: Config, aliases: Aliases): [string, Entry][] {
  const entries = new Map<string, Entry>();
  for (const [part, given] of Object.entries({ permissions, droid_permissions })) {
    for (const [name, entry] of Object.entries(given)) {
      const agent = nameOf(name, aliases);
      if (entries.has(agent)) throw twice(agent, `/${part}/${name}`);
      entries.set(agent, entry);
    }
  }
  return [...entries];
}

function permissionsOf(entry: Entry, aliases: Aliases): Permissions {
  const { can_send_to, can_broadcast, max_urgency, allowed_types, allowed_senders, max_messages_per_phase } = entry;
  const sendTo = restriction('sendTo', can_send_to, aliases);
  return {
    ...sendTo,
    // Who may not write to everybody would else do so by a broadcast.
    broadcast: can_broadcast ?? sendTo.sendTo === undefined,
    ...(max_urgency && { maxUrgency: max_urgency }),
    ...(allowed_types && !allowed_types.includes('*') && { types: allowed_types.map(typeOf) }),
    ...restriction('senders', allowed_senders, aliases),
    ...(max_messages_per_phase !== undefined && { maxPerPhase: max_messages_per_phase }),
  };
}

function restriction<Name extends string>(name: Name, names: readonly string[] | undefined, aliases: Aliases): { [K in Name]?: string[] } {
  if (names === undefined || names.includes('*')) return {};
  return { [name]: [...new Set(names.map((one) => nameOf(one, aliases)))] } as { [K in Name]?: string[] };
}

function nameOf(name: string, aliases: Aliases): string {
  const folded = name.toLowerCase();
  return Object.hasOwn(aliases, folded) ? (aliases[folded] ?? folded) : folded;
}

/** "query" is QUERY; a workspace's own types stay as they are. */
function typeOf(name: string): string {
  return builtInType(name) ?? name;
}

function pattern(text: string, flags: string, path: string): RegExp {
  try {
    return new RegExp(text, flags);
  } catch (cause) {
    const message = `${path}: it is no regular expression`;
    throw new CommsError('INVALID_CONFIG', `config.json is not valid: ${message} (${cause instanceof Error ? cause.message : cause}).`, {
      hint: 'Correct it in an editor, then run: comms where',
      details: { file: 'config.json', problems: [{ severity: 'error', code: 'BAD_PATTERN', path, message }] },
      cause,
    });
  }
}

function twice(agent: string, path: string): CommsError {
  const message = `${agent} stands in "permissions" and in "droid_permissions", or there under two names`;
  return new CommsError('INVALID_CONFIG', `config.json is not valid: ${message}.`, {
    hint: 'Keep one of the two.',
    details: { file: 'config.json', problems: [{ severity: 'error', code: 'NAME_CLASH', path, message }] },
  });
}
