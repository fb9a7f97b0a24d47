import { realpathSync } from 'node:fs';
import path from 'node:path';
import { CommsError } from '../../errors.ts';
import { formatId, idNumber } from '../../message/ids.ts';
import { openStoreNamed } from '../../store/open.ts';
import { EVERY_SECTION } from '../../store/sections.ts';
import type { Store } from '../../store/store.ts';
import type { CoreContext } from '../context.ts';
import { putCopies, putSideData } from './fill.ts';
import { cannotRead, doubleProblems } from './lost-problems.ts';
import { readSource, type Source } from './read-source.ts';
import { type Renumbering, renumber } from './renumber.ts';
import type { Imported, ImportRequest } from './requests.ts';
import { createSetClock } from './snapshot.ts';

/**
 * Puts the messages of a directory or file into the workspace as they are: ids, states and sections, in their order.
 * What is there already is left alone, so an import that was cut off can be repeated. A message whose id is another's here gets
 * a fresh one. @throws INVALID_WORKSPACE where messages cannot be read, UNKNOWN_AGENT, FILE_NOT_FOUND
 */
export async function importInto(ctx: CoreContext, request: ImportRequest): Promise<Imported> {
  const { addAgents = false, skipBroken = false, dryRun = false, onProgress, signal } = request;
  const from = path.resolve(request.from);
  refuseItself(ctx, from);
  const source = await readSource(from, ctx.newUid);
  if (source.problems.length > 0 && !skipBroken) throw cannotRead(source.problems, from);
  const { store } = ctx;
  const agents = unknownIn(ctx, source, addAgents);
  const plan = dryRun ? await planFor(store, source) : await reserved(store, source);
  const report: Imported = {
    imported: plan.copies.length,
    skipped: plan.skipped + source.snapshot.doubles.length,
    renumbered: plan.renumbered,
    problems: [...source.problems, ...doubleProblems(source.snapshot.doubles)],
    agents,
    dry_run: dryRun,
  };
  if (dryRun) return report;
  if (agents.length > 0) await register(ctx, agents, source);
  const { lastNumber } = source.snapshot;
  await putCopies(store, { copies: plan.copies, lastNumber }, { onProgress, signal });
  await bringSideData(ctx, source, agents);
  return report;
}

/**
 * The incoming copies that are not in the store, under ids that nobody else gets. Every number up to the highest that comes
 * in is taken first, so that no send can get one of them meanwhile.
 */
export async function reserved(store: Store, source: Pick<Source, 'snapshot'>): Promise<Renumbering> {
  await store.restore({ copies: [], lastNumber: source.snapshot.lastNumber });
  let needed = 0;
  renumber(source.snapshot.copies, await store.list({ sections: EVERY_SECTION }), () => `fresh-${++needed}`);
  if (needed === 0) return planFor(store, source);
  for (;;) {
    const { reserved: first = 0 } = await store.restore({ copies: [], lastNumber: 0, reserve: needed });
    let next = first;
    const plan = renumber(source.snapshot.copies, await store.list({ sections: EVERY_SECTION }), () => formatId(next++));
    if (next <= first + needed) return plan;
    // Somebody put more in meanwhile, under ids that come in as well.
    needed = next - first;
  }
}

async function planFor(store: Store, { snapshot }: Pick<Source, 'snapshot'>): Promise<Renumbering> {
  let next = Math.max(await lastNumberOf(store), snapshot.lastNumber);
  return renumber(snapshot.copies, await store.list({ sections: EVERY_SECTION }), () => formatId(++next));
}

async function lastNumberOf(store: Store): Promise<number> {
  return idNumber((await store.status()).last_message_id) ?? 0;
}

/** The inboxes that nobody here has, and who belongs to those of groups. @throws UNKNOWN_AGENT unless they may be registered */
function unknownIn({ workspace: { settings } }: CoreContext, { snapshot, groups }: Source, mayAdd: boolean): string[] {
  const known = [...settings.agents, ...Object.keys(settings.groups)];
  const isUnknown = (name: string) => !known.includes(name);
  const inboxes = [...new Set(snapshot.copies.map(({ inbox }) => inbox))].filter(isUnknown);
  const members = inboxes.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : [])).filter(isUnknown);
  const unknown = [...new Set([...inboxes, ...members])].sort();
  if (unknown.length === 0 || mayAdd) return unknown;
  const [has, is, them] = unknown.length > 1 ? ['have inboxes', 'are', 'them'] : ['has an inbox', 'is', 'it'];
  throw new CommsError('UNKNOWN_AGENT', `${unknown.join(', ')} ${has} there and ${is} not registered here.`, {
    hint: `Register ${them} with: comms agents add NAME - or let the import do it with --add-agents.`,
    details: { agents: unknown, known },
  });
}

/** Agents first, since groups are made of them. */
async function register({ workspace: { root } }: CoreContext, names: readonly string[], { groups }: Source): Promise<void> {
  const { addAgent } = await import('../../workspace/config-edit.ts');
  const { addToGroup } = await import('../../workspace/group-edit.ts');
  const isGroup = (name: string) => Object.hasOwn(groups, name);
  for (const name of names.filter((name) => !isGroup(name))) await addAgent(root, { name });
  for (const name of names.filter(isGroup)) await addToGroup(root, { name, members: groups[name] ?? [] });
}

/** With a store of its own, so that subscriptions and heartbeats keep their times. */
async function bringSideData(ctx: CoreContext, { snapshot }: Source, added: readonly string[]): Promise<void> {
  const { root, settings } = ctx.workspace;
  const agents = [...settings.agents, ...added];
  if (ctx.store.capabilities.name !== settings.store || settings.store === 'memory') {
    await putSideData(ctx.store, snapshot, { agents });
    return;
  }
  const clock = createSetClock();
  clock.set(ctx.clock());
  const store = await openStoreNamed(settings.store, { root, settings, clock: clock.clock, newUid: ctx.newUid });
  try {
    await putSideData(store, snapshot, { clock, agents });
  } finally {
    await store.close();
  }
}

function refuseItself({ workspace: { root } }: CoreContext, from: string): void {
  const real = (file: string) => {
    try {
      return realpathSync(file);
    } catch {
      return file;
    }
  };
  if (real(from) !== real(root)) return;
  throw new CommsError('USAGE', 'That is the workspace itself; there is nothing to import.', {
    hint: 'Name another directory, or the workspace to import into with --workspace DIR.',
    details: { path: from },
  });
}
