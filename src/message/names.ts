import { CommsError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { quote } from './text.ts';

export { nearest };

/** The grammar of agents' names (DESIGN §2). */
export const AGENT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Windows opens a device instead of a file of one of these names, whatever follows a dot. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
/** Words that mean every agent. */
const EVERYBODY = ['all', 'broadcast'];
/** The one member that every JavaScript object has and the grammar allows: in maps by name it would be found unregistered. */
const INHERITED = 'constructor';

/**
 * No name clashes with a file of the workspace, since an inbox is always `<name>-inbox.md`.
 * @throws INVALID_NAME where the name could not be an agent's: another grammar, a path, a device, a reserved word.
 */
export function checkAgentName(name: string, what: 'an agent' | 'a group' = 'an agent'): void {
  const reason = refusal(name);
  if (reason === undefined) return;
  const allowed = 'Names are 1 to 64 of a-z, 0-9, "-" and "_", and begin with a letter or digit, such as "claude" or "gpt-2".';
  const suggestion = suggestionFor(name);
  throw new CommsError('INVALID_NAME', `${quote(name)} cannot be the name of ${what}: ${reason}.`, {
    hint: suggestion ? `${allowed} Try "${suggestion}".` : allowed,
    details: { name: name.slice(0, 200), ...(suggestion ? { suggestion } : {}) },
  });
}

/** The refusal of a name that no agent has, with the one that was probably meant. `groups` are members by name. */
export function unknownAgent(name: string, known: readonly string[], groups: Readonly<Record<string, readonly string[]>> = {}): CommsError {
  const close = nearest(name, known);
  const could = refusal(name) === undefined;
  const folded = name.toLowerCase();
  const members = Object.hasOwn(groups, folded) ? groups[folded] : undefined;
  if (members) {
    return new CommsError('UNKNOWN_AGENT', `${quote(name)} is a group and no agent.`, {
      hint: `Its messages come into the inbox of each member: ${members.join(', ')}.`,
      details: { agent: folded, known: [...known], members: [...members] },
    });
  }
  const add = could ? ` Run "comms agents add ${name}" to register it.` : '';
  const hint = close ? `Did you mean "${close}"?` : `Known agents: ${known.join(', ') || 'none'}.`;
  return new CommsError('UNKNOWN_AGENT', `There is no agent ${quote(name)} in this workspace.`, {
    hint: `${hint}${add}`,
    details: { agent: name.slice(0, 200), known: [...known], ...(close ? { nearest: close } : {}) },
  });
}

function refusal(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (name === '') return 'it is empty';
  if (/[/\\]|^\.{1,2}$/.test(name)) return 'it is a path';
  if (DEVICES.test(lower.split('.')[0] ?? '')) return 'Windows has a device of that name';
  if (EVERYBODY.includes(lower)) return 'the word stands for every agent';
  if (lower === INHERITED) return 'the word is reserved';
  if (name.length > 64) return 'it is too long';
  if (AGENT_NAME.test(name)) return undefined;
  return AGENT_NAME.test(lower) ? 'it has capitals' : 'it has characters that are not allowed';
}

/** "Front End" is probably to be front-end. */
function suggestionFor(name: string): string | undefined {
  if (/[/\\]/.test(name)) return undefined;
  const name64 = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64);
  return refusal(name64) === undefined ? name64 : undefined;
}
