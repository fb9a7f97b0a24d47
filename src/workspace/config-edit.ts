import { join } from 'node:path';
import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { parseConfig, readConfigText, readSettings } from './config.ts';
import { withValue } from './config-insert.ts';
import { CONFIG_FILE, inboxNames } from './layout.ts';
import { replaceLocked } from './replace-locked.ts';

export interface NewAgent {
  name: string;
  description?: string | undefined;
  aliases?: string[] | undefined;
}

/**
 * Registers an agent in config.json, which keeps its formatting and the keys that comms does not know. A workspace
 * without config.json gets one. @throws AGENT_EXISTS, GROUP_EXISTS, INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function addAgent(root: string, { name, description, aliases = [] }: NewAgent): Promise<void> {
  await editConfig(root, (text) => {
    const config = parseConfig(text);
    for (const wanted of [name, ...aliases]) refuseTaken(config, wanted.toLowerCase(), { agent: name, name: wanted });
    const agent = { ...(description !== undefined && { description }), ...(aliases.length > 0 && { aliases }) };
    return withValue(text, ['agents', name], agent);
  });
}

/**
 * Takes an agent out of config.json, and out of the groups that it is a member of. Answers with those.
 * @throws UNKNOWN_AGENT, WRONG_STATUS where it is the only member of a group, INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function removeAgent(root: string, name: string): Promise<{ groups: string[] }> {
  let groups: string[] = [];
  await editConfig(root, (text) => {
    const config = parseConfig(text);
    const agent = Object.hasOwn(config.agents, name) ? config.agents[name] : undefined;
    if (!agent) {
      throw new CommsError('UNKNOWN_AGENT', `There is no agent "${name}" in config.json.`, {
        hint: 'comms agents list shows all of them',
        details: { agent: name },
      });
    }
    const names = [name, ...(agent.aliases ?? [])];
    const left = Object.entries(config.groups ?? {})
      .filter(([, { members }]) => members.some((member) => names.includes(member)))
      .map(([group, { members }]) => ({ group, members: members.filter((member) => !names.includes(member)) }));
    groups = left.map(({ group }) => group);
    const lonely = left.find(({ members }) => members.length === 0);
    if (lonely) throw lastMember(name, lonely.group);
    const without = left.reduce((now, { group, members }) => withValue(now, ['groups', group, 'members'], members), text);
    return withValue(without, ['agents', name], undefined);
  });
  return { groups };
}

/** Changes config.json in one step, by its text. @throws INVALID_CONFIG, LOCK_TIMEOUT and what `edit` throws */
export async function editConfig(root: string, edit: (text: string) => string): Promise<void> {
  await replaceLocked(join(root, CONFIG_FILE), () => {
    const text = edit(registering(root, readConfigText(root) ?? configOfHandMade(root)));
    parseConfig(text);
    return text;
  });
}

/** Agents, aliases and groups share their names, since each name is an inbox or leads to one. @throws AGENT_EXISTS, GROUP_EXISTS */
export function refuseTaken({ agents, groups = {} }: Config, name: string, details: Record<string, unknown>): void {
  const isAgent = Object.entries(agents).some(([agent, { aliases = [] }]) => [agent, ...aliases].includes(name));
  if (!isAgent && !Object.hasOwn(groups, name)) return;
  throw new CommsError(isAgent ? 'AGENT_EXISTS' : 'GROUP_EXISTS', `The name "${name}" is taken already${isAgent ? '' : ', by a group'}.`, {
    hint: isAgent ? 'comms agents list shows all of them, aliases included' : 'comms group list shows all of them',
    details,
  });
}

/** The refusal to leave a group without members: nobody would read its inbox. */
export function lastMember(name: string, group: string): CommsError {
  return new CommsError('WRONG_STATUS', `Without ${name} the group ${group} would have no members.`, {
    hint: `comms group remove ${group} takes the group away; comms group add ${group} --members NAME gives it another member first`,
    details: { agent: name, group },
  });
}

/** Where config.json registers nobody by name, the agents that it stands for are written down before one comes or goes. */
function registering(root: string, text: string): string {
  const { version, agents } = parseConfig(text, { inboxes: inboxNames(root) });
  if (Object.hasOwn(JSON.parse(text.replace(/^\uFEFF/, '')), 'agents')) return text;
  return withValue(withValue(text, ['version'], version), ['agents'], agents);
}

/** What a workspace without config.json amounts to. */
function configOfHandMade(root: string): string {
  return `${JSON.stringify(readSettings(root).settings.raw, null, 2)}\n`;
}
