import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { parseDuration } from '../message/duration.ts';
import { communicationFrom, limitsAMinute, permissionsFrom } from './permissions.ts';
import type { Rate, RateLimits, Settings } from './workspace.ts';

const MINUTE = 60_000;

/** Fills in the defaults that schemas/config.schema.json names. `config` fits its schema. @throws INVALID_CONFIG */
export function settingsFrom(config: Config): Settings {
  const {
    agents,
    groups = {},
    limits = {},
    archive = {},
    presence = {},
    breaker = {},
    sqlite = {},
    cleanup = {},
    store = 'files',
  } = config;
  const aliases = Object.fromEntries(Object.entries(agents).flatMap(([name, { aliases = [] }]) => aliases.map((alias) => [alias, name])));
  const staleAfterMs = durationMs(presence.stale_after, 2 * MINUTE);
  return {
    store,
    agents: Object.keys(agents),
    aliases,
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, { members }]) => [name, [...new Set(members.map((member) => aliases[member] ?? member))]]),
    ),
    rateLimits: rateLimitsFrom(config, aliases),
    permissions: permissionsFrom(config, aliases),
    communication: communicationFrom(config, aliases),
    staleAfterMs,
    offlineAfterMs: Math.max(staleAfterMs, durationMs(presence.offline_after, 10 * MINUTE)),
    breaker: { failures: breaker.failures ?? 5, resetAfterMs: durationMs(breaker.reset_after, MINUTE) },
    sqlite: { synchronous: sqlite.synchronous ?? 'FULL', busyTimeoutMs: durationMs(sqlite.busy_timeout, 10_000) },
    maxMessageBytes: limits.max_message_bytes ?? 262_144,
    maxAttempts: limits.max_attempts ?? 3,
    maxThreadDepth: limits.max_thread_depth ?? 100,
    leaseMs: durationMs(limits.lease, 30 * MINUTE),
    riseAfterMs: durationMs(limits.rise_after, 60 * MINUTE),
    archiveAbove: archive.above ?? 200,
    archiveKeep: archive.keep ?? 20,
    rotateAboveBytes: archive.rotate_above_bytes ?? 262_144,
    cleanup: {
      ...(cleanup.archive_after !== undefined && { archiveAfterMs: durationMs(cleanup.archive_after, 0) }),
      ...(cleanup.purge_archive_after !== undefined && { purgeArchiveAfterMs: durationMs(cleanup.purge_archive_after, 0) }),
      ...(cleanup.purge_dead_after !== undefined && { purgeDeadAfterMs: durationMs(cleanup.purge_dead_after, 0) }),
    },
    ...autocommitFrom(config),
    raw: config,
  };
}

function autocommitFrom({ git }: Config): Pick<Settings, 'autocommit'> {
  const wanted = git?.autocommit ?? false;
  if (wanted === false) return {};
  return { autocommit: { debounceMs: durationMs(wanted === true ? undefined : wanted.debounce, 5_000) } };
}

function rateLimitsFrom(config: Config, aliases: Record<string, string>): RateLimits {
  const { sender, pair, agents = {} } = config.rate_limits ?? {};
  const minute = Object.entries(limitsAMinute(config, aliases)).map(([name, messages]) => [name, rateOf({ messages, per: '1m' })]);
  return {
    ...(sender && { sender: rateOf(sender) }),
    ...(pair && { pair: rateOf(pair) }),
    agents: Object.fromEntries(Object.entries(agents).map(([name, rate]) => [aliases[name] ?? name, rateOf(rate)])),
    ...(minute.length > 0 && { minute: Object.fromEntries(minute) }),
  };
}

function rateOf({
  messages,
  per,
  burst = Math.max(1, Math.floor(messages)),
}: {
  messages: number;
  per: number | string;
  burst?: number;
}): Rate {
  return { capacity: burst, refillPerMs: messages / Math.max(1, durationMs(per, MINUTE)) };
}

/** A bare number is seconds. */
function durationMs(value: number | string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number') return value * 1000;
  try {
    return parseDuration(value);
  } catch (cause) {
    throw new CommsError('INVALID_CONFIG', `config.json has a duration that is too long: "${value}".`, {
      hint: 'Correct it in an editor, then run: comms where',
      cause,
    });
  }
}
