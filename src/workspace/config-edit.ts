import { join } from 'node:path';
import { applyEdits, type EditResult, modify, parseTree } from 'jsonc-parser';
import { CommsError } from '../errors.ts';
import type { Config } from '../generated/schema-types.ts';
import { parseConfig, readConfigText, readSettings } from './config.ts';
import { CONFIG_FILE } from './layout.ts';
import { replaceLocked } from './replace-locked.ts';

export interface NewAgent {
  name: string;
  description?: string | undefined;
  aliases?: string[] | undefined;
}

/**
 * Registers an agent in config.json, which keeps its formatting and the keys that comms does not know. A workspace
 * without config.json gets one. @throws AGENT_EXISTS, INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function addAgent(root: string, { name, description, aliases = [] }: NewAgent): Promise<void> {
  await editConfig(root, (text) => {
    const taken = takenNames(parseConfig(text));
    const clash = [name, ...aliases].find((wanted) => taken.includes(wanted.toLowerCase()));
    if (clash !== undefined) {
      throw new CommsError('AGENT_EXISTS', `The name "${clash}" is taken already.`, {
        hint: 'comms agents list shows all of them, aliases included',
        details: { agent: name, name: clash },
      });
    }
    const agent = { ...(description !== undefined && { description }), ...(aliases.length > 0 && { aliases }) };
    return withAgent(text, name, agent);
  });
}

/** Takes an agent out of config.json. @throws UNKNOWN_AGENT, INVALID_CONFIG, LOCK_TIMEOUT */
export async function removeAgent(root: string, name: string): Promise<void> {
  await editConfig(root, (text) => {
    if (!Object.hasOwn(parseConfig(text).agents, name)) {
      throw new CommsError('UNKNOWN_AGENT', `There is no agent "${name}" in config.json.`, {
        hint: 'comms agents list shows all of them',
        details: { agent: name },
      });
    }
    return withoutAgent(text, name);
  });
}

function takenNames({ agents }: Config): string[] {
  return Object.entries(agents).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
}

async function editConfig(root: string, edit: (text: string) => string): Promise<void> {
  await replaceLocked(join(root, CONFIG_FILE), () => {
    const text = edit(readConfigText(root) ?? configOfHandMade(root));
    parseConfig(text);
    return text;
  });
}

function withAgent(text: string, name: string, agent: object): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  return bom + applyEdits(body, insertion(body, name, agent));
}

/**
 * jsonc-parser would lay out the neighbour anew, too. Where there is one on a line of its own, only the new text is laid
 * out; in other cases its own layout is as good as any.
 */
function insertion(text: string, name: string, agent: object): EditResult {
  const bare = modify(text, ['agents', name], agent, {});
  const [edit] = bare;
  const { eol, indent, outer } = layoutOf(text);
  if (edit === undefined || outer === undefined) {
    return modify(text, ['agents', name], agent, {
      formattingOptions: { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol },
    });
  }
  const lines = `${JSON.stringify(name)}: ${JSON.stringify(agent, null, indent)}`.split('\n');
  return [{ ...edit, content: `,${eol}${outer}${lines.join(`${eol}${outer}`)}` }];
}

/** Line ends, one step of indentation, and how deep the agents stand; undefined where none has a line of its own. */
function layoutOf(text: string): { eol: string; indent: string; outer: string | undefined } {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const agents = parseTree(text)?.children?.find(({ children }) => children?.[0]?.value === 'agents')?.children?.[1];
  const last = agents?.children?.at(-1);
  const outer = last && /[\r\n]([ \t]*)$/.exec(text.slice(0, last.offset))?.[1];
  return { eol, indent, outer };
}

function withoutAgent(text: string, name: string): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  return bom + applyEdits(body, modify(body, ['agents', name], undefined, {}));
}

/** What a workspace without config.json amounts to. */
function configOfHandMade(root: string): string {
  return `${JSON.stringify(readSettings(root).settings.raw, null, 2)}\n`;
}
