import { join } from 'node:path';
import { CommsError } from '../errors.ts';
import { config as validate } from '../generated/config-validator.js';
import type { Config } from '../generated/schema-types.ts';
import { schemas } from '../generated/schemas.ts';
import { schemaProblems } from '../message/schema-problems.ts';
import { readRegularTextIfThere } from '../read-file.ts';
import { checkNames, isAgentName } from './agent-names.ts';
import { findSyntaxProblem } from './json-syntax.ts';
import { CONFIG_FILE, inboxNames } from './layout.ts';
import { type LocateOptions, locateWorkspace } from './locate.ts';
import { withNamedAgents } from './named-agents.ts';
import { settingsFrom } from './settings.ts';
import type { Settings, Workspace } from './workspace.ts';

/** Finds the workspace and reads its config. @throws WORKSPACE_NOT_FOUND, NOT_WRITABLE, INVALID_CONFIG */
export function openWorkspace(options: LocateOptions): Workspace {
  const { root, reason, warnings } = locateWorkspace(options);
  const read = readSettings(root);
  return { root, reason, settings: read.settings, warnings: [...warnings, ...read.warnings] };
}

/**
 * The settings of the workspace in `root`: config.json with its defaults, or, without one, the agents of its inboxes.
 * @throws INVALID_CONFIG
 */
export function readSettings(root: string): { settings: Settings; warnings: string[] } {
  const text = readConfigText(root);
  const names = inboxNames(root);
  if (text !== undefined) return { settings: settingsFrom(parseConfig(text, { inboxes: names })), warnings: [] };
  const agents = names.filter(isAgentName);
  const strange = names.filter((name) => !isAgentName(name));
  return {
    settings: settingsFrom({ version: '1.0', agents: Object.fromEntries(agents.map((name) => [name, {}])) }),
    warnings: strange.map(
      (name) => `${name}-inbox.md is not read, since "${name}" cannot be the name of an agent (lower case a-z, 0-9, - and _)`,
    ),
  };
}

/** config.json as it stands; undefined where there is none. */
export function readConfigText(root: string): string | undefined {
  return readRegularTextIfThere(join(root, CONFIG_FILE));
}

/** Parses and checks the text of a config.json. `inboxes` are the names of those that are there. @throws INVALID_CONFIG */
export function parseConfig(text: string, { inboxes = [] }: { inboxes?: readonly string[] } = {}): Config {
  const data = withNamedAgents(parseJson(text.replace(/^\uFEFF/, '')), inboxes);
  checkNames(data);
  if (isConfig(data)) return data;
  const problems = schemaProblems(validate, data, schemas.config);
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new CommsError('INVALID_CONFIG', `config.json is not valid: ${first?.message ?? 'it does not fit its schema'}${more}.`, {
    hint: 'Correct it in an editor, then run: comms where (comms schema config prints what it may hold)',
    details: { file: CONFIG_FILE, problems },
  });
}

function isConfig(data: unknown): data is Config {
  return validate(data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = findSyntaxProblem(text);
    const where = problem
      ? `line ${problem.line}, column ${problem.column}: expected ${problem.expected}, found ${problem.found}`
      : String(cause);
    throw new CommsError('INVALID_CONFIG', `config.json is not JSON at ${where}.`, {
      hint: 'Correct it in an editor, then run: comms where',
      details: { file: CONFIG_FILE, ...problem },
      cause,
    });
  }
}
