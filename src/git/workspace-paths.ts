/** What of a workspace belongs to this machine only (its .gitignore says the same, where there is one). */
const MACHINE_ONLY = ['.state/**', 'messages.db*', 'config.json.lock', '**/.*.tmp'];
/** What a workspace that is the top of its repository consists of: other files there are somebody else's. */
const AT_TOP = [
  '*-inbox.md',
  'config.json',
  'status.json',
  'dead-letters.md',
  'held.md',
  'channels.json',
  'plan.json',
  'reservations.json',
  'protocol.md',
  'test-harness.md',
  'archive/**',
  'schemas/*.schema.json',
  'artifacts/**',
  '.gitignore',
  '.gitattributes',
];

/** Pathspecs for all that git keeps of the workspace at `place`, which is '.' for the top of the repository. */
export function workspacePathspecs(place: string): string[] {
  const at = place === '.' ? '' : `${literal(place)}/`;
  const included = place === '.' ? AT_TOP.map((path) => `:(top,glob)${path}`) : [`:(top,literal)${place}`];
  return [...included, ...MACHINE_ONLY.map((path) => `:(top,exclude,glob)${at}${path}`)];
}

/** The path of a file in the workspace, from its path in the repository. */
export function inWorkspace(place: string, path: string): string {
  return place === '.' ? path : path.slice(place.length + 1);
}

function literal(path: string): string {
  return path.replace(/[*?[\]\\]/g, '\\$&');
}
