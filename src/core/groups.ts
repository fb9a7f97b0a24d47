import { CommsError } from '../errors.ts';
import type { Problem } from '../message/message.ts';
import { nearest } from '../message/names.ts';
import { quote } from '../message/text.ts';
import { inboxesReadBy } from '../store/groups.ts';
import type { Settings } from '../workspace/workspace.ts';
import type { CoreContext } from './context.ts';

/** Groups: shared inboxes whose members compete for each message. */

/** A group, and what lies in its shared inbox. */
export interface GroupSummary {
  name: string;
  description?: string;
  members: string[];
  messages_pending: number;
  messages_in_progress: number;
  messages_blocked: number;
  messages_processed: number;
  error_count: number;
}

/** The inboxes that an agent reads: its own, then those of its groups. `agent` is a registered name. */
export function inboxesOf({ workspace: { settings } }: CoreContext, agent: string): string[] {
  return inboxesReadBy(settings.groups, agent);
}

/** The group of this name; case does not count. @throws UNKNOWN_GROUP */
export function groupOf({ groups }: Pick<Settings, 'groups'>, name: string): string {
  const folded = name.toLowerCase();
  if (Object.hasOwn(groups, folded)) return folded;
  const known = Object.keys(groups);
  const close = nearest(folded, known);
  const others = known.length === 0 ? 'There is none yet' : `Known groups: ${known.join(', ')}`;
  throw new CommsError('UNKNOWN_GROUP', `There is no group ${quote(name)} in this workspace.`, {
    hint: `${close ? `Did you mean "${close}"?` : `${others}.`} "comms group add NAME --members a,b" makes one.`,
    details: { group: name.slice(0, 200), known, ...(close ? { nearest: close } : {}) },
  });
}

/** The groups with their members and the counts of their inboxes, in the order of config.json. */
export async function listGroups({ store, workspace: { settings } }: CoreContext): Promise<GroupSummary[]> {
  const { groups = {} } = await store.status();
  return Object.entries(settings.groups).map(([name, members]) => {
    const description = settings.raw.groups?.[name]?.description;
    const {
      messages_pending = 0,
      messages_in_progress = 0,
      messages_blocked = 0,
      messages_processed = 0,
      error_count = 0,
    } = groups[name] ?? {};
    const counts = { messages_pending, messages_in_progress, messages_blocked, messages_processed, error_count };
    return { name, members, ...(description === undefined ? {} : { description }), ...counts };
  });
}

/** Members of groups that no agent is registered for: nobody will take a message in their name. */
export function groupProblems({ agents, aliases, raw: { groups = {} } }: Settings): Problem[] {
  const known = [...agents, ...Object.keys(aliases)];
  return Object.entries(groups).flatMap(([group, { members }]) => [
    ...(members.length === 0 ? [noMembers(group)] : []),
    ...members.flatMap((member, index) => (known.includes(member) ? [] : [strangeMember(group, member, index, known)])),
  ]);
}

function strangeMember(group: string, member: string, index: number, known: readonly string[]): Problem {
  const close = nearest(member, known);
  return {
    severity: 'error',
    code: 'UNKNOWN_AGENT',
    file: 'config.json',
    path: `/groups/${group}/members/${index}`,
    message: `/groups/${group}/members/${index}: there is no agent "${member}"`,
    hint: close ? `Did you mean "${close}"?` : `Run "comms agents add ${member}", or "comms group remove ${group} --members ${member}".`,
  };
}

function noMembers(group: string): Problem {
  return {
    severity: 'warning',
    code: 'EMPTY_GROUP',
    file: 'config.json',
    path: `/groups/${group}/members`,
    message: `/groups/${group}/members: nobody reads what is sent to ${group}`,
    hint: `Run "comms group add ${group} --members NAME", or "comms group remove ${group}".`,
  };
}
