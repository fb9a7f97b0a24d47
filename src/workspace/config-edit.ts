import { join } from 'node:path';
import { applyEdits, type FormattingOptions, type JSONPath, modify } from 'jsonc-parser';
import { CommsError } from '../errors.ts';
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
    const { agents } = parseConfig(text);
    if (Object.hasOwn(agents, name)) {
      throw new CommsError('AGENT_EXISTS', `The agent "${name}" is registered already.`, {
        hint: 'comms agents list shows all of them',
        details: { agent: name },
      });
    }
    const agent = { ...(description !== undefined && { description }), ...(aliases.length > 0 && { aliases }) };
    return changed(text, ['agents', name], agent);
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
    return changed(text, ['agents', name], undefined);
  });
}

async function editConfig(root: string, edit: (text: string) => string): Promise<void> {
  await replaceLocked(join(root, CONFIG_FILE), () => {
    const text = edit(readConfigText(root) ?? configOfHandMade(root));
    parseConfig(text);
    return text;
  });
}

function changed(text: string, path: JSONPath, value: unknown): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  return bom + applyEdits(body, modify(body, path, value, { formattingOptions: formattingOf(body) }));
}

function formattingOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** What a workspace without config.json amounts to. */
function configOfHandMade(root: string): string {
  return `${JSON.stringify(readSettings(root).settings.raw, null, 2)}\n`;
}
