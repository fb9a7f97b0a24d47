import { CommsError } from '../errors.ts';

/** The grammar of agents' names (DESIGN §2). */
export const AGENT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Windows opens a device instead of a file of one of these names, whatever follows a dot. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
/** Words that mean every agent. */
const RESERVED = ['all', 'broadcast'];

/** @throws INVALID_NAME where the name could not be an agent's: another grammar, a path, a device, a reserved word. */
export function checkAgentName(name: string): void {
  const reason = refusal(name);
  if (reason === undefined) return;
  throw new CommsError('INVALID_NAME', `${shown(name)} cannot be the name of an agent: ${reason}.`, {
    hint: 'Names are 1 to 64 of a-z, 0-9, "-" and "_", and begin with a letter or digit, such as "claude" or "gpt-2".',
    details: { name: name.slice(0, 200) },
  });
}

/** The refusal of a name that no agent has, with the one that was probably meant. */
export function unknownAgent(name: string, known: readonly string[]): CommsError {
  const close = nearest(name, known);
  return new CommsError('UNKNOWN_AGENT', `There is no agent ${shown(name)} in this workspace.`, {
    hint: close
      ? `Did you mean "${close}"? Otherwise run "comms agents add ${name}".`
      : `Known: ${known.join(', ') || 'none'}. Run "comms agents add ${name}" to register it.`,
    details: { agent: name, known: [...known], ...(close ? { nearest: close } : {}) },
  });
}

/** The known word that was probably meant: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word.slice(0, 100).toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function refusal(name: string): string | undefined {
  if (/[/\\]|^\.{1,2}$/.test(name)) return 'it is a path';
  if (DEVICES.test(name.toLowerCase())) return 'Windows has a device of that name';
  if (RESERVED.includes(name.toLowerCase())) return 'the word stands for every agent';
  if (AGENT_NAME.test(name.toLowerCase()) && name !== name.toLowerCase()) return 'it has capitals';
  return AGENT_NAME.test(name) ? undefined : 'it has characters that are not allowed, or is too long';
}

/** A name that may hold anything, as JSON: quoted, escaped, short. */
function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** Levenshtein's distance, with a swap of neighbours as one step. */
function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min((current[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (current[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (previous[column - 2] ?? 0) + 1);
      next.push(cost);
    }
    previous = current;
    current = next;
  }
  return current[b.length] ?? 0;
}
