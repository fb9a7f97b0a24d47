import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommsError } from '../../errors.ts';
import { readRegularText } from '../../read-file.ts';
import { copyKey } from '../../store/changes.ts';
import { moverNamed, openStoreNamed } from '../../store/open.ts';
import type { Copy } from '../../store/store.ts';
import { readSettings } from '../../workspace/config.ts';
import { CONFIG_FILE, isWorkspace } from '../../workspace/layout.ts';
import { moveFiles, removeFiles } from '../../workspace/move-files.ts';
import { planInit } from '../../workspace/scaffold.ts';
import type { CoreContext } from '../context.ts';
import { fill } from './fill.ts';
import type { Exported, ExportRequest } from './requests.ts';
import { createSetClock, type Snapshot, snapshotOf } from './snapshot.ts';
import { snapshotHeld } from './snapshot-held.ts';

/** What a directory may hold and count as empty all the same. */
const NOT_COUNTED = /^(\.git|\.comms-export-.*\.tmp)$/;
/** Beside the messages; what a clone of the export needs. */
const BESIDE = ['.gitignore', '.gitattributes'];

/**
 * Writes everything that the store holds into a directory, as a workspace of inbox files. It is built beside and moved in
 * place, file by file. An earlier export is brought up to date. @throws USAGE, WORKSPACE_EXISTS for a directory that
 * holds something else, REFUSED where an earlier export holds messages that this workspace lacks
 */
export async function exportTo(ctx: CoreContext, { directory, force = false, onProgress, signal }: ExportRequest): Promise<Exported> {
  const target = path.resolve(directory);
  const isThere = standing(target);
  const snapshot = await (ctx.store.capabilities.name === 'memory' ? snapshotOf(ctx.store) : snapshotHeld(ctx));
  if (isThere === 'export' && !force) await refuseStrangers(ctx, target, snapshot);
  mkdirSync(target, { recursive: true });
  const building = path.join(target, `.comms-export-${ctx.newUid()}.tmp`);
  try {
    const files = await build(ctx, snapshot, building, { onProgress, signal });
    const { files: filesOf } = await moverNamed('files');
    const before = isThere === 'export' ? filesOf(target) : [];
    // With its config.json a directory is known as an export, should this be cut off.
    moveFiles(building, target, [CONFIG_FILE, ...files]);
    removeFiles(
      target,
      before.filter((name) => !files.includes(name)),
    );
    const shown = [CONFIG_FILE, ...files].filter((name) => !name.startsWith('.state')).sort();
    return { directory: target, files: shown, messages: snapshot.copies.length };
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** A workspace of files with all that the snapshot holds; returns the names of its files but for config.json. */
async function build(
  ctx: CoreContext,
  snapshot: Snapshot,
  root: string,
  options: Pick<ExportRequest, 'onProgress' | 'signal'>,
): Promise<string[]> {
  const { settings } = ctx.workspace;
  mkdirSync(root);
  const clock = createSetClock();
  clock.set(ctx.clock());
  const store = await openStoreNamed('files', { root, settings, clock: clock.clock, newUid: ctx.newUid });
  try {
    await fill(store, snapshot, { ...options, clock, inboxes: [...settings.agents, ...Object.keys(settings.groups)] });
  } finally {
    await store.close();
  }
  const { files } = planInit({ root, project: path.dirname(root), agents: settings.agents, at: new Date(ctx.clock()).toISOString() });
  for (const { path: name, content } of files) if (BESIDE.includes(name)) writeFileSync(path.join(root, name), content);
  const config = { ...settings.raw, store: 'files', exported_from: ctx.workspace.settings.store };
  writeFileSync(path.join(root, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
  const own = (await moverNamed('files')).files(root).filter((name) => !name.startsWith('.state/replaced/'));
  return [...BESIDE, ...own];
}

/** What the directory is. @throws USAGE, WORKSPACE_EXISTS */
function standing(directory: string): 'new' | 'export' {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return 'new';
  if (!found.isDirectory()) {
    throw new CommsError('USAGE', `${directory} is not a directory.`, { hint: 'Name another one.', details: { path: directory } });
  }
  if (isExport(directory)) return 'export';
  if (readdirSync(directory).every((name) => NOT_COUNTED.test(name))) return 'new';
  if (isWorkspace(directory)) {
    throw new CommsError('WORKSPACE_EXISTS', `${directory} is a workspace of its own and no export.`, {
      hint: 'Name an empty or new directory.',
      details: { path: directory },
    });
  }
  throw new CommsError('USAGE', `${directory} is not empty and no earlier export.`, {
    hint: 'Name an empty or new directory.',
    details: { path: directory },
  });
}

function isExport(directory: string): boolean {
  if (!existsSync(path.join(directory, CONFIG_FILE))) return false;
  try {
    const config: unknown = JSON.parse(readRegularText(path.join(directory, CONFIG_FILE)));
    return typeof config === 'object' && config !== null && 'exported_from' in config;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Whoever sent messages in the export would lose them. @throws REFUSED */
async function refuseStrangers(ctx: CoreContext, directory: string, { copies, doubles }: Snapshot): Promise<void> {
  const known = new Set([...copies, ...doubles].map(copyKey));
  const { settings } = readSettings(directory);
  const store = await openStoreNamed('files', { root: directory, settings, clock: ctx.clock, newUid: ctx.newUid });
  const strangers = (await snapshotOf(store)).copies.filter((copy) => !known.has(copyKey(copy)));
  await store.close();
  if (strangers.length === 0) return;
  const ids = [...new Set(strangers.map(({ message }: Copy) => message.id))];
  const shown = ids.slice(0, 5).join(', ') + (ids.length > 5 ? ', …' : '');
  throw new CommsError('REFUSED', `The export in ${directory} holds messages that this workspace lacks: ${shown}.`, {
    hint: `Bring them in with: comms import ${directory} - or let them go with --force.`,
    details: { path: directory, ids },
  });
}
