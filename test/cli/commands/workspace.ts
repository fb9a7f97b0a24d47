import { vi } from 'vitest';
import { runCli } from '../../../src/cli/run.ts';
import type { Message } from '../../../src/message/message.ts';
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { readSettings } from '../../../src/workspace/config.ts';
import { temporaryDirectory, writeFiles } from '../../workspace/temporary.ts';

/** The stores by workspace, so that one command sees what another did. */
const stores = new Map<string, Store>();

vi.mock('../../../src/comms.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../src/comms.ts')>();
  const newUid = counted('uid');
  const openComms: typeof original.openComms = (options = {}) => {
    const { workspace } = options;
    const root = typeof workspace === 'string' ? workspace : workspace?.root;
    const store = root === undefined ? undefined : stores.get(root);
    return original.openComms({ ...options, newUid, ...(store && { store }) });
  };
  return { ...original, openComms };
});

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

export interface RunOptions {
  stdin?: string;
  env?: Record<string, string>;
}

export interface TestWorkspace {
  root: string;
  /** Runs a command line, quotes as in a shell, without `comms`. */
  comms: (line: string, options?: RunOptions) => Promise<Ran>;
  /** The same with --json; the parsed answer. */
  json: (line: string, options?: RunOptions) => Promise<Answer>;
  /** Sends something from claude to gpt and answers with the id. */
  sent: (more?: string) => Promise<string>;
  /** Lets time pass, in ms. */
  pass: (ms: number) => void;
  store: Store;
}

/** What --json prints; the parts that tests look at. */
export interface Answer {
  exit: number;
  ok: boolean;
  data: { message: Message; messages: Message[]; total: number; deliveries: { recipient: string; outcome: string }[] };
  error: { code: string; message: string; hint?: string; details?: Record<string, unknown> };
  warnings?: string[];
}

export const START = Date.parse('2026-01-17T12:00:00.000Z');

/** A workspace of claude, gpt (alias codex) and gemini whose messages live in memory, with a clock that stands still. */
export function testWorkspace(): TestWorkspace {
  const cwd = temporaryDirectory();
  const root = `${cwd}/agent-comms`;
  const config = { version: '1.0', store: 'files', agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} } };
  writeFiles(cwd, { 'agent-comms/config.json': JSON.stringify(config), 'details.md': '# A title\n\nThe text\n' });
  const { settings } = readSettings(root);
  let now = START;
  const store = createMemoryStore({ agents: settings.agents, rules: settings, clock: () => now, newUid: counted('token') });
  stores.set(root, store);

  const comms = async (line: string, { stdin = '', env = {} }: RunOptions = {}): Promise<Ran> => {
    let [out, err] = ['', ''];
    const exit = await runCli(words(line), {
      cwd,
      env,
      stdin: (async function* () {
        yield stdin;
      })(),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      now: () => now,
    });
    return { exit, out, err };
  };
  const json = async (line: string, options?: RunOptions): Promise<Answer> => {
    const { exit, out, err } = await comms(`${line} --json`, options);
    if (out === '') throw new Error(`nothing on stdout: ${err}`);
    return { exit, ...JSON.parse(out) };
  };
  return {
    root,
    comms,
    json,
    sent: async (more = '') =>
      (await json(`send --from claude --to gpt --type INFO --subject Hello --details "How are you?" ${more}`)).data.message.id,
    pass: (ms) => {
      now += ms;
    },
    store,
  };
}

function counted(word: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${word}-${count}`;
  };
}

function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
