import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import type { MessageEvent, WatchEvent } from '../../src/cli/watch/event-data.ts';
import { applyInit, planInit } from '../../src/workspace/scaffold.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';

const BOUND_MS = 15_000;

/** What a stream printed, and a wait for what it will print. */
export interface Heard {
  text(): string;
  /** The lines of NDJSON so far. */
  events(): WatchEvent[];
  /** Resolves when `test` holds, looked at whenever something was printed. Fails after 15 s. */
  until(test: () => boolean, what?: string): Promise<void>;
  write(text: string): void;
}

export function listen(): Heard {
  let text = '';
  const lookers = new Set<() => void>();
  return {
    text: () => text,
    events: () =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    write(more) {
      text += more;
      for (const look of lookers) look();
    },
    until: (test, what = 'it') =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          lookers.delete(look);
          settle();
        };
        const look = () => test() && end(resolve);
        const timer = setTimeout(() => end(() => reject(new Error(`${what} did not come; printed so far:\n${text}`))), BOUND_MS);
        lookers.add(look);
        look();
      }),
  };
}

/** A workspace of real files with claude, gpt and gemini. */
export function filesWorkspace(root = temporaryDirectory()): string {
  applyInit(planInit({ root, project: root, agents: ['claude', 'gpt', 'gemini'], at: new Date().toISOString() }));
  return root;
}

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

/** Runs one command in this process. */
export async function comms(root: string, argv: string[], world: { stdin?: string | Buffer; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const [out, err] = [listen(), listen()];
  const exit = await runCli(argv, {
    cwd: root,
    env: { COMMS_WORKSPACE: root, PATH: process.env.PATH, ...world.env },
    program: fileURLToPath(new URL('../../bin/comms.js', import.meta.url)),
    stdin: once(world.stdin ?? ''),
    stdout: out,
    stderr: err,
  });
  return { exit, out: out.text(), err: err.text() };
}

/** Sends an INFO from claude to gpt, or what the options say instead. Returns its id. */
export async function send(root: string, subject: string, more: string[] = []): Promise<string> {
  const common = ['--type', 'INFO', '--subject', subject, '--details', 'x', '--quiet'];
  const { exit, out, err } = await comms(root, [
    'send',
    '--from',
    'claude',
    ...(more.includes('--to') ? [] : ['--to', 'gpt']),
    ...common,
    ...more,
  ]);
  if (exit !== 0) throw new Error(err);
  return out.trim();
}

export interface Watching extends Heard {
  err: Heard;
  exit: Promise<number>;
  stop(reason?: string): void;
  ready(): Promise<void>;
  /** The events of this kind that tell of a message. */
  of(kind: MessageEvent['event']): MessageEvent[];
}

/** Begins a `comms watch` in this process. It is stopped after the test. */
export function startWatch(root: string, argv: string[] = ['--as', 'gpt', '--json'], env: NodeJS.ProcessEnv = {}): Watching {
  const [out, err] = [listen(), listen()];
  const controller = new AbortController();
  const exit = runCli(['watch', ...argv], {
    cwd: root,
    env: { COMMS_WORKSPACE: root, PATH: process.env.PATH, ...env },
    stdin: once(''),
    stdout: out,
    stderr: err,
    signal: controller.signal,
  });
  const stop = (reason = 'SIGTERM') => controller.abort(reason);
  onTestFinished(async () => {
    stop();
    await exit;
  });
  return {
    ...out,
    err,
    exit,
    stop,
    ready: () => out.until(() => / ready |"event":"ready"/.test(out.text()), 'ready'),
    of: (kind) => out.events().filter((event): event is MessageEvent => event.event === kind),
  };
}

/** A message as somebody would put it into an inbox by hand. */
export function block(id: string, change: Record<string, unknown> = {}): string {
  const message = {
    id,
    timestamp: '2026-01-17T12:00:00Z',
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: id,
    content: { details: 'By hand.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    ...change,
  };
  return `### Message: ${id}\n\n\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\`\n`;
}

async function* once(text: string | Buffer): AsyncGenerator<string | Buffer> {
  yield text;
}
