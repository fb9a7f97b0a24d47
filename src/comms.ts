import { analyticsMethods } from './comms-analytics.ts';
import { gitMethods } from './comms-git.ts';
import { orchestrationMethods } from './comms-orchestration.ts';
import { filePorts } from './comms-ports.ts';
import { agentOf } from './core/agents.ts';
import type { Comms } from './core/api.ts';
import type { Clock, CoreContext } from './core/context.ts';
import type { InspectOptions } from './core/requests.ts';
import { refuseSensitive } from './core/said.ts';
import { preview, send } from './core/send.ts';
import type { Migrated, MigrateRequest } from './core/transfer/requests.ts';
import { freshName } from './fresh-name.ts';
import type { Problem } from './message/message.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { openWorkspace } from './workspace/config.ts';
import type { Workspace } from './workspace/workspace.ts';

export type * from './comms-types.ts';
export { contextFrom, objectFromPairs } from './core/pairs.ts';
export { Postponement } from './core/postponement.ts';
export { Rejection } from './core/rejection.ts';
export { CommsError, type ErrorCode, EXIT_BY_CODE } from './errors.ts';

export interface OpenOptions {
  /** Where to look for a workspace, and what paths of attachments are relative to. Default: the process's. */
  cwd?: string;
  /** Where COMMS_WORKSPACE may stand. Default: the process's. */
  env?: Record<string, string | undefined>;
  /** The workspace's directory, or the workspace as it was opened; without it DESIGN §3 says where it is looked for. */
  workspace?: string | Workspace;
  /** Instead of the one that config.json names. */
  store?: Store;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: 26 random hexadecimal digits. */
  newUid?: () => string;
  /** Told of inboxes that reading left out because they cannot be read, such as links out of the workspace. Default: nobody. */
  warn?: (message: string) => void;
}

/**
 * Opens a workspace: the one that is named, else the one that DESIGN §3 finds. What single verbs need is loaded with
 * their first use. @throws WORKSPACE_NOT_FOUND, INVALID_CONFIG, NOT_WRITABLE
 */
export async function openComms(options: OpenOptions = {}): Promise<Comms> {
  const { cwd = process.cwd(), env = process.env, clock = Date.now, newUid = freshName } = options;
  const workspace = typeof options.workspace === 'object' ? options.workspace : openWorkspace({ cwd, env, workspace: options.workspace });
  const plain = options.store ?? (await openStore({ workspace, clock, newUid, warn: options.warn }));
  const store = workspace.settings.autocommit && plain.capabilities.editable ? await autocommitting(plain, workspace.root) : plain;
  return commsOver({ store, workspace, clock, newUid, ...filePorts({ root: workspace.root, cwd, newUid }) });
}

/** A store that tells the committer of each write; loaded only where config.json asks for it. */
async function autocommitting(store: Store, root: string): Promise<Store> {
  const [{ tellingOfWrites }, { wakeCommitter }] = await Promise.all([
    import('./core/git/telling-of-writes.ts'),
    import('./comms-autocommit.ts'),
  ]);
  return tellingOfWrites(store, () => wakeCommitter(root));
}

/** The same over parts that are opened already; files are attached and own types checked as far as `ctx` can. */
export function commsOver(ctx: CoreContext): Comms {
  const { store, workspace } = ctx;
  const agent = (name: string) => agentOf(ctx, name);
  /** Does what says these texts to others. */
  const said = async <T>(texts: Parameters<typeof refuseSensitive>[1], act: () => Promise<T>): Promise<T> => {
    await refuseSensitive(ctx, texts);
    return act();
  };
  const as = <T extends { agent: string }>(request: T): T => ({ ...request, agent: agent(request.agent) });
  return {
    workspace,
    store,
    context: ctx,

    send: (request, options) => send(ctx, request, options),
    preview: (request) => preview(ctx, request),
    verdicts: async (request) => (await import('./core/routing/verdicts.ts')).verdicts(ctx, request),
    requestFromJson: async (text, options) => (await import('./core/prepare.ts')).fromJson(ctx, text, options),
    async sendJson(text, options) {
      const { request, warnings } = (await import('./core/prepare.ts')).fromJson(ctx, text, options);
      const sent = await send(ctx, request, options);
      return { ...sent, warnings: [...warnings, ...sent.warnings] };
    },
    reply: async (request, options) => (await import('./core/answer.ts')).reply(ctx, request, options),
    ack: async (request, options) => (await import('./core/answer.ts')).ack(ctx, request, options),
    respond: async (request, options) => (await import('./core/answer.ts')).respond(ctx, request, options),

    inbox: async (request) => (await import('./core/look.ts')).inbox(ctx, request),
    read: async (request) => (await import('./core/look.ts')).read(ctx, request),
    sent: async (request) => (await import('./core/look.ts')).sent(ctx, request),
    search: async (request) => (await import('./core/look.ts')).search(ctx, request),
    thread: async (id) => (await import('./core/thread.ts')).thread(ctx, id),
    replay: async (request) => (await import('./core/replay.ts')).replay(ctx, request),
    track: async (request) => (await import('./core/track.ts')).track(ctx, request),

    claim: async (request) => store.claim(as(request)),
    complete: async (request) => said({ result: request.result }, () => store.complete(as(request))),
    extend: async (request) => store.extend(as(request)),
    release: async (request) => store.release(as(request)),
    fail: async (request) => said({ error: request.error }, () => store.fail(as(request))),
    block: async (request) => said({ reason: request.reason }, () => store.block(as(request))),
    unblock: async (request) => store.unblock(as(request)),

    ask: async (request, options) => (await import('./core/ask.ts')).ask(ctx, request, options),
    waitForResponse: async (request) => (await import('./core/ask.ts')).waitForResponse(ctx, request),
    receive: async (request) => (await import('./core/receive.ts')).receive(ctx, request),
    wait: async (request) => (await import('./core/wait.ts')).wait(ctx, request),
    watch: async (request) => (await import('./core/watch.ts')).watch(ctx, request),
    async onMessage(request, handler) {
      const { handleGuarded } = await import('./core/guarded.ts');
      return handleGuarded(ctx, request, (work) => handler({ ...work, comms: this }));
    },

    channels: async () => (await import('./core/channels.ts')).listChannels(ctx),
    subscribe: async (request) => (await import('./core/channels.ts')).subscribe(ctx, request),
    unsubscribe: async (request) => (await import('./core/channels.ts')).unsubscribe(ctx, request),
    groups: async () => (await import('./core/groups.ts')).listGroups(ctx),

    deadLetters: async (request) => (await import('./core/dead.ts')).deadLetters(ctx, request),
    redrive: async (request) => (await import('./core/dead.ts')).redrive(ctx, request),
    purge: async (request) => (await import('./core/dead.ts')).purge(ctx, request),
    cleanup: async (request) => (await import('./core/cleanup.ts')).cleanup(ctx, request),
    archive: async (request = {}) => store.archive(request.agent === undefined ? request : { ...request, agent: agent(request.agent) }),
    sweep: () => store.sweep(),
    status: () => store.status(),
    setPresence: async (name, presence) =>
      store.setPresence(agent(name), await (await import('./core/presence.ts')).checkedPresence(ctx, presence)),
    heartbeat: async (name, presence = {}) =>
      store.heartbeat(agent(name), await (await import('./core/presence.ts')).checkedPresence(ctx, presence)),
    agents: async () => (await import('./core/presence.ts')).listAgents(ctx),
    health: async (name) => (await import('./core/presence.ts')).health(ctx, name),
    check: async (options) => (await import('./core/check.ts')).checkWorkspace(ctx, options),
    export: async (request) => (await import('./core/transfer/export.ts')).exportTo(ctx, request),
    import: async (request) => (await import('./core/transfer/import.ts')).importInto(ctx, request),
    ...orchestrationMethods(ctx),
    ...analyticsMethods(ctx),
    ...gitMethods(ctx),

    async close() {
      await ctx.traffic?.close?.();
      await store.close();
    },
  };
}

/**
 * Moves a workspace to another store in place, while others may have it open: what they write afterwards is refused with
 * STORE_MOVED. Running it again finishes a move that was cut off. The files of the old store are kept.
 * @throws INVALID_WORKSPACE where messages cannot be read, DRIVER_MISSING, LOCK_TIMEOUT
 */
export async function migrateStore({ to, skipBroken, onProgress, signal, ...options }: MigrateRequest & OpenOptions): Promise<Migrated> {
  const { cwd = process.cwd(), env = process.env, clock = Date.now, newUid = freshName } = options;
  const workspace = typeof options.workspace === 'object' ? options.workspace : openWorkspace({ cwd, env, workspace: options.workspace });
  return (await import('./core/transfer/migrate.ts')).migrate({ workspace, clock, newUid }, { to, skipBroken, onProgress, signal });
}

/** What is wrong with a text: a message, several as JSON lines or an array, an inbox, status.json or config.json. Needs no workspace. */
export async function inspectText(content: string | Uint8Array, options: InspectOptions = {}): Promise<Problem[]> {
  return (await import('./core/inspect.ts')).inspectText(content, options);
}
