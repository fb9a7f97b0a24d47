import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { unknownAgent } from '../message/names.ts';
import { parseConfig } from './config.ts';
import { editConfig, lastMember, refuseTaken } from './config-edit.ts';
import { withValue } from './config-insert.ts';

export interface GroupChange {
  name: string;
  /** Agents or their aliases. */
  members: readonly string[];
  description?: string | undefined;
}

export interface GroupOutcome {
  /** All of them, after the change. */
  members: string[];
  /** Those that came or went with it. */
  changed: string[];
}

/**
 * Makes a group in config.json, or adds members to one that is there; who is a member already stays one.
 * @throws UNKNOWN_AGENT, AGENT_EXISTS where the name is an agent's, USAGE for a new group without members, INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function addToGroup(root: string, { name, members, description }: GroupChange): Promise<GroupOutcome & { created: boolean }> {
  let outcome: (GroupOutcome & { created: boolean }) | undefined;
  await editConfig(root, (text) => {
    const config = parseConfig(text);
    const group = Object.hasOwn(config.groups ?? {}, name) ? config.groups?.[name] : undefined;
    if (!group) refuseTaken(config, name, { group: name });
    const before = group?.members ?? [];
    const added = [...new Set(members.map((member) => registered(config, member)))].filter((member) => !before.includes(member));
    const all = [...before, ...added];
    if (all.length === 0) {
      throw new CommsError('USAGE', `A group needs members, and ${name} would have none.`, {
        hint: `For example: comms group add ${name} --members ${Object.keys(config.agents).slice(0, 2).join(',') || 'NAME'}`,
      });
    }
    outcome = { members: all, changed: added, created: group === undefined };
    if (!group) return withValue(text, ['groups', name], { ...(description !== undefined && { description }), members: all });
    const described = description === undefined ? text : withValue(text, ['groups', name, 'description'], description);
    return added.length === 0 ? described : withValue(described, ['groups', name, 'members'], all);
  });
  return outcome ?? { members: [], changed: [], created: false };
}

/**
 * Takes members out of a group; names that no agent has any more can be taken out, too.
 * @throws UNKNOWN_GROUP, UNKNOWN_AGENT for who is no member, WRONG_STATUS where nobody would be left, INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function removeFromGroup(root: string, { name, members }: GroupChange): Promise<GroupOutcome> {
  let outcome: GroupOutcome = { members: [], changed: [] };
  await editConfig(root, (text) => {
    const config = parseConfig(text);
    const before = membersOf(config, name);
    const gone = members.map((member) => {
      const meant = [member, agentCalled(config, member)].find((one) => one !== undefined && before.includes(one));
      if (meant !== undefined) return meant;
      throw unknownAgent(member, before);
    });
    const left = before.filter((member) => !gone.includes(member));
    if (left.length === 0) throw lastMember(gone.join(', '), name);
    outcome = { members: left, changed: [...new Set(gone)] };
    return withValue(text, ['groups', name, 'members'], left);
  });
  return outcome;
}

/** Takes a whole group out of config.json, and can put it back as it was. @throws UNKNOWN_GROUP, INVALID_CONFIG, LOCK_TIMEOUT */
export async function removeGroup(root: string, name: string): Promise<{ putBack: () => Promise<void> }> {
  let group: object | undefined;
  await editConfig(root, (text) => {
    const config = parseConfig(text);
    membersOf(config, name);
    group = config.groups?.[name];
    const isLast = Object.keys(config.groups ?? {}).length === 1;
    return withValue(text, isLast ? ['groups'] : ['groups', name], undefined);
  });
  return { putBack: () => editConfig(root, (text) => withValue(text, ['groups', name], group)) };
}

function membersOf({ groups = {} }: Config, name: string): string[] {
  const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (group) return group.members;
  throw new CommsError('UNKNOWN_GROUP', `There is no group "${name}" in config.json.`, {
    hint: 'comms group list shows all of them',
    details: { group: name },
  });
}

function registered(config: Config, name: string): string {
  const agent = agentCalled(config, name);
  if (agent !== undefined) return agent;
  throw unknownAgent(
    name,
    Object.entries(config.agents).flatMap(([one, { aliases = [] }]) => [one, ...aliases]),
  );
}

function agentCalled({ agents }: Config, name: string): string | undefined {
  const folded = name.toLowerCase();
  if (Object.hasOwn(agents, folded)) return folded;
  return Object.entries(agents).find(([, { aliases = [] }]) => aliases.includes(folded))?.[0];
}
