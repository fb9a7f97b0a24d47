/** The inboxes that an agent reads: its own, then those of the groups it belongs to. */
export function inboxesReadBy(groups: Readonly<Record<string, readonly string[]>>, agent: string): string[] {
  return [agent, ...Object.keys(groups).filter((group) => groups[group]?.includes(agent))];
}
