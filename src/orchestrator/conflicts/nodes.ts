import type { Plan } from '../plan/plan.ts';

/** Who there is: names as config.json has them. */
export interface Who {
  agents?: readonly string[] | undefined;
  /** alias → agent. */
  aliases?: Readonly<Record<string, string>> | undefined;
  /** group → its members. */
  groups?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** How the graph of dependencies names agents, groups, tasks, and what is none of them. */
export interface Nodes {
  /** What a requirement means: an agent or group before a task; what is neither is a node of its own. */
  named(text: string): string;
  /** By the id of a task. Where an agent has that name, too, it is `task:NAME`. */
  task(id: string): string;
  /** The registered name for an alias, in any case; other names stay. */
  agent(name: string): string;
  isAgent(node: string): boolean;
  /** Whether somebody reads an inbox: its own, or that of a group. */
  isReader(agent: string, inbox: string): boolean;
  /** Who does a task, by the plan. */
  ownerOf(node: string): string | undefined;
}

export function nodesOf({ agents = [], aliases = {}, groups = {} }: Who, plan?: Plan): Nodes {
  const participants = new Map<string, string>();
  for (const group of Object.keys(groups)) participants.set(group, group);
  for (const [alias, agent] of Object.entries(aliases)) participants.set(alias, agent);
  for (const agent of agents) participants.set(agent, agent);
  const tasks = new Map((plan?.tasks ?? []).map(({ id }) => [id.toLowerCase(), id]));
  for (const { id } of plan?.tasks ?? []) tasks.set(id, id);
  const members = new Map(Object.entries(groups).map(([group, names]) => [group, new Set(names)]));
  const known = (name: string) => participants.get(name) ?? participants.get(name.toLowerCase());
  const task = (id: string) => {
    const own = tasks.get(id) ?? tasks.get(id.toLowerCase()) ?? id;
    return known(own) === undefined ? own : `task:${own}`;
  };
  const owners = new Map((plan?.tasks ?? []).flatMap(({ id, owner }) => (owner === undefined ? [] : [[task(id), known(owner) ?? owner]])));
  // Thousands of messages name the same few things.
  const found = new Map<string, string>();
  const named = (text: string) => {
    const before = found.get(text);
    if (before !== undefined) return before;
    const node = known(text.trim()) ?? task(text.trim());
    found.set(text, node);
    return node;
  };
  return {
    named,
    task,
    agent: (name) => participants.get(name) ?? known(name) ?? name,
    isAgent: (node) => participants.has(node),
    isReader: (agent, inbox) => agent === inbox || members.get(inbox)?.has(agent) === true,
    ownerOf: (node) => owners.get(node),
  };
}
