import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { parseDuration } from '../message/duration.ts';
import type { Settings } from './workspace.ts';

const MINUTE = 60_000;

/** Fills in the defaults that schemas/config.schema.json names. `config` fits its schema. @throws INVALID_CONFIG */
export function settingsFrom(config: Config): Settings {
  const { agents, limits = {}, archive = {}, store = 'files' } = config;
  return {
    store,
    agents: Object.keys(agents),
    aliases: Object.fromEntries(Object.entries(agents).flatMap(([name, { aliases = [] }]) => aliases.map((alias) => [alias, name]))),
    maxMessageBytes: limits.max_message_bytes ?? 262_144,
    maxAttempts: limits.max_attempts ?? 3,
    maxThreadDepth: limits.max_thread_depth ?? 100,
    leaseMs: durationMs(limits.lease, 30 * MINUTE),
    riseAfterMs: durationMs(limits.rise_after, 60 * MINUTE),
    archiveAbove: archive.above ?? 200,
    archiveKeep: archive.keep ?? 20,
    rotateAboveBytes: archive.rotate_above_bytes ?? 262_144,
    raw: config,
  };
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
