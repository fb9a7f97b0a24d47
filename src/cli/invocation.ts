import type { Comms } from '../core/api.ts';
import { openWorkspace } from '../workspace/config.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Invocation } from './command.ts';
import { identityFrom, registeredAgent } from './identity.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';
import type { Style } from './style.ts';
import type { CliWorld } from './world.ts';

/** For pipes and files. */
const PIPE_COLUMNS = 80;

export interface InvocationParts {
  args: string[];
  options: Options;
  world: CliWorld;
  output: Output;
  style: Style;
  signal: AbortSignal;
}

/** What `run` is called with, and `close` for what it opened. */
export function createInvocation(parts: InvocationParts): { invocation: Invocation; close: () => Promise<void> } {
  const { args, options, world, output, style, signal } = parts;
  const { cwd, env } = world;
  let workspace: Workspace | undefined;
  let opened: Promise<Comms> | undefined;

  const invocation: Invocation = {
    args,
    options,
    cwd,
    env,
    program: world.program ?? process.argv[1] ?? '',
    signal,
    style,
    columns: () => (world.stdout.isTTY && world.stdout.columns) || PIPE_COLUMNS,
    now: world.now ?? Date.now,
    emit: (data, text) => output.emit(data, text),
    warn: (message) => output.warn(message),
    notice: (text) => output.notice(text),
    progress: (text) => output.progress(text),
    readInput: async (pathOrDash, limits) => {
      const { readInput } = await import('./input.ts');
      return readInput(pathOrDash, { cwd, stdin: world.stdin, signal, maxBytes: limits?.maxBytes });
    },
    workspace: () => {
      if (!workspace) {
        workspace = openWorkspace({ cwd, env, workspace: options.text('workspace') });
        for (const warning of workspace.warnings ?? []) output.warn(warning);
      }
      return workspace;
    },
    reread: () => {
      workspace = undefined;
      return invocation.workspace();
    },
    open: () => {
      opened ??= openIn(invocation.workspace(), world, (message) => output.warn(message));
      return opened;
    },
    identity: () => {
      const { settings } = invocation.workspace();
      const named = ['as', 'from'].map((name) => (options.has(name) ? options.text(name) : undefined)).find((name) => name !== undefined);
      return registeredAgent(identityFrom(named, env, settings.agents), settings);
    },
  };
  return { invocation, close: async () => (await opened)?.close() };
}

async function openIn(workspace: Workspace, { cwd, env, now }: CliWorld, warn: (message: string) => void): Promise<Comms> {
  const { openComms } = await import('../comms.ts');
  return openComms({ cwd, env, workspace, warn, ...(now && { clock: now }) });
}
