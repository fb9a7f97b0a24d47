import { isObject } from '../../message/json.ts';
import type { PresenceByAgent } from '../../message/status.ts';
import type { Presence } from '../store.ts';

/** What of a status.json is not derived: what agents say of themselves, and fields that are not ours. */
export interface Carried {
  presence: PresenceByAgent;
  rest: Record<string, unknown>;
}

const OURS = [
  'last_updated',
  'last_message_id',
  'agents',
  'groups',
  'pending_items',
  'in_progress_items',
  'blocked_items',
  'completed_items',
];

/**
 * Reads what must be carried over from a status.json: hand-edited, of the older flat form (`gpt_status`, …), or
 * undefined. What cannot be parsed carries nothing; the file is rebuilt.
 */
export function carriedOver(text: string | undefined): Carried {
  const status = parseObject(text);
  const presence: PresenceByAgent = {};
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(status)) {
    const agent = /^([a-z0-9][a-z0-9_-]{0,63})_status$/.exec(key)?.[1];
    if (agent !== undefined) presence[agent] = typeof value === 'string' ? { status: value } : isObject(value) ? value : {};
    else if (!OURS.includes(key)) rest[key] = value;
  }
  const agents = isObject(status.agents) ? status.agents : {};
  for (const [agent, said] of Object.entries(agents)) {
    if (isObject(said)) presence[agent] = said;
  }
  return { presence, rest };
}

/** The last id that a status.json knows of; ids of messages that are gone stand nowhere else once `.state/` is lost. */
export function lastIdIn(text: string): unknown {
  return parseObject(text).last_message_id;
}

/** The same with what one agent says of itself now; a task of null takes the old one away. */
export function withPresence(carried: Carried, agent: string, { status, currentTask }: Presence): Carried {
  const said = {
    ...carried.presence[agent],
    ...(status === undefined ? {} : { status }),
    ...(currentTask === undefined ? {} : { current_task: currentTask }),
  };
  return { ...carried, presence: { ...carried.presence, [agent]: said } };
}

/** Whether a status.json is of the older flat form. */
export function isFlatStatus(text: string): boolean {
  return Object.keys(parseObject(text)).some((key) => key.endsWith('_status'));
}

function parseObject(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
