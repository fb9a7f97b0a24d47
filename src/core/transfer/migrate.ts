import { rmSync } from 'node:fs';
import path from 'node:path';
import { CommsError } from '../../errors.ts';
import { formatId } from '../../message/ids.ts';
import type { Problem } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import { type Moved, readMoved, writeMoved } from '../../store/moved.ts';
import { assertSqlite, moverNamed, openStoreNamed } from '../../store/open.ts';
import { EVERY_SECTION } from '../../store/sections.ts';
import type { Store } from '../../store/store.ts';
import { readSettings } from '../../workspace/config.ts';
import { asideName, moveFiles, putAside } from '../../workspace/move-files.ts';
import { setStore } from '../../workspace/store-edit.ts';
import type { CoreContext } from '../context.ts';
import { buildVerified } from './build-verified.ts';
import { lateArrivals } from './late-arrivals.ts';
import { cannotRead, doubleProblems, lossesIn } from './lost-problems.ts';
import type { Migrated, MigrateRequest } from './requests.ts';
import { createSetClock } from './snapshot.ts';

export type MigrateContext = Omit<CoreContext, 'store'>;
type Name = MigrateRequest['to'];

/** Where the new store is built. Outside git, on the file system of the workspace. */
const BUILDING = path.join('.state', 'moving');

/**
 * Moves a workspace to another store in place. The new store is built beside the old one and compared with it while nobody may
 * write; then it is put in place, the old one is shut for good, config.json names the new one, and the files of the old one are
 * put aside. Cut off at any point, the old store is whole or running it again finishes the move: once the old store is shut the
 * new one is complete. @throws INVALID_WORKSPACE where messages cannot be read, DRIVER_MISSING, LOCK_TIMEOUT
 */
export async function migrate(ctx: MigrateContext, request: MigrateRequest): Promise<Migrated> {
  const { root } = ctx.workspace;
  const from = readSettings(root).settings.store;
  const { to } = request;
  if (from === 'memory') {
    throw new CommsError('USAGE', 'A store in memory ends with its process; there is nothing to move.', {
      hint: `Name another one in config.json: "store": "${to}".`,
    });
  }
  if (to === 'sqlite') await assertSqlite();
  const moved = readMoved(root);
  if (from === to) return moved && moved.to === to && !moved.done ? finish(ctx, moved, []) : nothingToDo(ctx, to);
  if (moved?.from === from) {
    await assertComplete(root, moved);
    await setStore(root, to);
    return finish(ctx, moved, []);
  }
  const problems = await moveStore(ctx, from, request);
  const done = readMoved(root);
  if (!done) throw new Error('The move left no trace.');
  return finish(ctx, done, problems);
}

/** Everything up to the moment in which config.json names the new store. Returns what was left behind. */
async function moveStore(ctx: MigrateContext, from: Name, request: MigrateRequest): Promise<Problem[]> {
  const { root, settings } = ctx.workspace;
  const clock = createSetClock();
  // A database that is only read needs no inboxes made.
  const read = from === 'sqlite' ? { ...settings, agents: [] } : settings;
  const source = await openStoreNamed(from, { root, settings: read, clock: clock.clock, newUid: ctx.newUid });
  try {
    const losses = await lossesOf(source, from);
    if (losses.length > 0 && !request.skipBroken) throw cannotRead(losses, root);
    const hold = await (await moverNamed(from)).hold(root, settings.sqlite);
    try {
      refuseRace(root, from);
      const snapshot = await buildVerified(ctx, { source, clock, directory: path.join(root, BUILDING), ...request });
      const moved = await putInPlace(ctx, from, request.to);
      hold.assert();
      hold.shut(request.to);
      writeMoved(root, moved);
      await setStore(root, request.to, hold.assert);
      return [...losses, ...doubleProblems(snapshot.doubles)];
    } finally {
      await hold.release();
    }
  } finally {
    await source.close();
    rmSync(path.join(root, BUILDING), { recursive: true, force: true });
  }
}

/** What of the store only people or its own recovery can read; work half done is finished first. */
async function lossesOf(source: Store, from: Name): Promise<Problem[]> {
  if (from === 'files') await source.sweep({ limit: 0 });
  return lossesIn((await source.check()).problems);
}

/** Moves what was built into the workspace; what lies there under the same names was left by others and is kept. */
async function putInPlace(ctx: MigrateContext, from: Name, to: Name): Promise<Moved> {
  const { root } = ctx.workspace;
  const at = isoOf(ctx.clock());
  const kept = asideName(root, at);
  const mover = await moverNamed(to);
  putAside(root, { aside: `${kept}/found-there`, names: mover.files(root), store: to, at });
  const building = path.join(root, BUILDING);
  moveFiles(
    building,
    root,
    mover.files(building).filter((name) => !name.startsWith('.state/replaced/')),
  );
  return { from, to, at, kept };
}

/** Puts the old store aside and brings in what people wrote to it in the last moment. */
async function finish(ctx: MigrateContext, moved: Moved, problems: Problem[]): Promise<Migrated> {
  const { root } = ctx.workspace;
  const from = moved.from as Name;
  const left = moved.done ? [] : (await moverNamed(from)).files(root);
  const place = putAside(root, { aside: moved.kept, names: left, store: from, at: isoOf(ctx.clock()) }) ?? moved.kept;
  if (from === 'files' && !moved.done) for (const kept of new Set([moved.kept, place])) await lateArrivals(ctx, { ...moved, kept });
  writeMoved(root, { ...moved, done: true });
  const report = await reportOf(ctx, moved.to as Name, { from, problems });
  return { ...report, kept: moved.kept };
}

function nothingToDo(ctx: MigrateContext, to: Name): Promise<Migrated> {
  return reportOf(ctx, to, { from: to, problems: [] });
}

async function reportOf(ctx: MigrateContext, to: Name, { from, problems }: { from: Name; problems: Problem[] }): Promise<Migrated> {
  const { root } = ctx.workspace;
  const { settings } = readSettings(root);
  const store = await openStoreNamed(to, { root, settings, clock: ctx.clock, newUid: ctx.newUid });
  try {
    const copies = await store.list({ sections: EVERY_SECTION });
    const { last_message_id } = await store.status();
    const of = (section: string) => copies.filter((copy) => copy.section === section).length;
    const subscriptions = (await store.subscriptions()).filter(({ subscribed_at }) => subscribed_at !== undefined);
    return {
      from,
      to,
      messages: from === to ? 0 : copies.length,
      active: of('active'),
      archived: of('archived'),
      held: of('held'),
      dead: of('dead'),
      subscriptions: subscriptions.length,
      next_id: formatId(Number(/\d+$/.exec(last_message_id ?? '')?.[0] ?? 0) + 1),
      kept: null,
      problems,
    };
  } finally {
    await store.close();
  }
}

/** The old store is shut only when the new one is in its place. @throws INVALID_WORKSPACE where somebody took it away since */
async function assertComplete(root: string, { from, to, at, kept }: Moved): Promise<void> {
  if ((await moverNamed(to as Name)).files(root).length > 0) return;
  throw new CommsError('INVALID_WORKSPACE', `This workspace was moved from ${from} to ${to} at ${at}, and its ${to} store is not there.`, {
    hint: `Bring it back; what was left is kept in ${kept}. To begin from ${from} as it lies here, remove .state/moved.json.`,
    details: { from, to, kept },
  });
}

/** Somebody else may have moved the workspace while this process waited. */
function refuseRace(root: string, from: Name): void {
  if (readSettings(root).settings.store === from && readMoved(root)?.from !== from) return;
  throw new CommsError('STORE_MOVED', 'Somebody else has just moved this workspace.', { hint: 'Look with: comms where' });
}
