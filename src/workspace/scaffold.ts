import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { CommsError } from '../errors.ts';
import { emptyInbox } from '../inbox/inbox.ts';
import { deriveStatus } from '../message/status.ts';
import { readConfigText, readSettings } from './config.ts';
import { CONFIG_FILE, inboxNames, isWorkspace, STATUS_FILE } from './layout.ts';
import { guessTestCommand } from './test-command.ts';
import { protocolText } from './texts/protocol.ts';
import { harnessText } from './texts/test-harness.ts';
import { syncDirectory, writeNew } from './write-file.ts';

export const DEFAULT_AGENTS = ['claude', 'gpt'];
const LEFTOVER = /^\..+\.\d+\.tmp$/;
/** A temporary file this old belongs to nobody any more. */
const LEFTOVER_MS = 10_000;

export interface InitOptions {
  /** Where the workspace is to be. */
  root: string;
  /** The directory of the project that it belongs to. */
  project: string;
  /** Names that fit the grammar. Default claude and gpt, or the inboxes that a hand-made workspace has. */
  agents?: string[] | undefined;
  /** What keeps the messages; only for a workspace that has no config.json. Default files. */
  store?: StoreKind | undefined;
  /** ISO 8601. */
  at: string;
}

export type StoreKind = 'files' | 'sqlite';

export interface InitPlan {
  root: string;
  agents: string[];
  store: StoreKind | 'memory';
  /** In the order in which they are written: config.json last, so that what has one is complete. */
  files: PlannedFile[];
  warnings: string[];
}

export interface PlannedFile {
  /** Relative to the root. */
  path: string;
  content: string;
  /** Such a file is there and stays as it is. */
  exists: boolean;
}

/** What `init` would do; nothing is changed. A half-done or hand-made workspace is completed. @throws INVALID_CONFIG */
export function planInit(options: InitOptions): InitPlan {
  const { root, project, at } = options;
  const agents = agentsFor(options);
  const place = relative(project, root).replaceAll('\\', '/') || basename(root);
  const store = storeFor(options);
  const texts = { agents, place, store };
  const status = deriveStatus({ agents, summaries: new Map(), presence: {}, lastId: undefined, at });
  const contents: [path: string, content: string][] = [
    ...(store === 'files' ? agents.map((agent): [string, string] => [`${agent}-inbox.md`, emptyInbox(agent)]) : []),
    ['.gitignore', '# What belongs to this machine only.\n.state/\nmessages.db*\nconfig.json.lock\n.*.tmp\n'],
    ['.gitattributes', '# Byte for byte, whatever core.autocrlf says.\n*.md -text\nstatus.json -text\n'],
    ['protocol.md', protocolText(texts)],
    ['test-harness.md', harnessText({ ...texts, testCommand: guessTestCommand(project) })],
    ...(store === 'files' ? [[STATUS_FILE, json(status)] satisfies [string, string]] : []),
    [CONFIG_FILE, json(configWith(agents, store))],
  ];
  const files = contents.map(([path, content]) => ({ path, content, exists: isThere(join(root, path)) }));
  return { root, agents, store, files, warnings: warningsFor(options, { store }) };
}

/** Writes what is missing, each file complete or not at all. Returns the paths that it wrote. */
export function applyInit({ root, files }: InitPlan): string[] {
  mkdirSync(root, { recursive: true });
  sweepLeftovers(root);
  const written = files.filter(({ path, content, exists }) => !exists && writeNew(join(root, path), content));
  syncDirectory(root);
  syncDirectory(dirname(root));
  return written.map(({ path }) => path);
}

function agentsFor({ root, agents }: InitOptions): string[] {
  if (existsSync(join(root, CONFIG_FILE))) {
    const { settings } = readSettings(root);
    const unknown = (agents ?? []).filter((agent) => !settings.agents.includes(agent) && !Object.hasOwn(settings.aliases, agent));
    if (unknown.length > 0) throw notRegistered(root, unknown);
    return settings.agents;
  }
  const found = inboxNames(root).length > 0 ? readSettings(root).settings.agents : [];
  // What is not yet a workspace was begun by an init that did not come to its end, maybe not even to its inboxes.
  const wanted = agents ?? (isWorkspace(root) ? [] : DEFAULT_AGENTS);
  return [...new Set([...wanted, ...found])];
}

/** What is there decides: messages that lie in inbox files would not be found in a database. */
function storeFor({ root, store }: InitOptions): InitPlan['store'] {
  if (readConfigText(root) !== undefined) return readSettings(root).settings.store;
  return inboxNames(root).length > 0 ? 'files' : (store ?? 'files');
}

/** config.json is there, and never changed by init; saying that all went well would leave the agent without an inbox. */
function notRegistered(root: string, agents: string[]): CommsError {
  return new CommsError('WORKSPACE_EXISTS', `The workspace ${root} is there already, without ${agents.join(', ')}.`, {
    hint: `Run: ${agents.map((agent) => `comms agents add ${agent}`).join(' && ')}`,
    details: { workspace: root, agents },
  });
}

function configWith(agents: readonly string[], store: InitPlan['store']) {
  return {
    version: '1.0',
    ...(store === 'files' ? {} : { store }),
    agents: Object.fromEntries(agents.map((agent) => [agent, {}])),
  };
}

function warningsFor({ store: wanted }: InitOptions, is: Pick<InitPlan, 'store'>): string[] {
  const other =
    wanted === undefined || wanted === is.store
      ? []
      : [`The workspace that is there keeps its messages in ${is.store}, which stays; move them with: comms migrate --to ${wanted}`];
  return other;
}

function sweepLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    if (!LEFTOVER.test(name)) continue;
    const age = Date.now() - (statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LEFTOVER_MS) rmSync(join(root, name), { force: true });
  }
}

/** A symbolic link that leads nowhere is there, too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
