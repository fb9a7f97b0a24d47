import { isDeepStrictEqual } from 'node:util';
import { CommsError } from '../../errors.ts';
import { openStoreNamed } from '../../store/open.ts';
import type { Store } from '../../store/store.ts';
import { emptyDirectory } from '../../workspace/move-files.ts';
import { differences } from './compare.ts';
import { fill } from './fill.ts';
import type { MigrateContext } from './migrate.ts';
import type { MigrateRequest } from './requests.ts';
import { createSetClock, type SetClock, type Snapshot, snapshotOf } from './snapshot.ts';

/** People may edit a file although the store is held; then it is read once more. */
const MOST_TRIES = 5;

interface BuildOptions extends MigrateRequest {
  /** Nobody but people with editors may write to it meanwhile. */
  source: Store;
  /** The source's. */
  clock: SetClock;
  /** Where to build; what lies there is an earlier attempt. */
  directory: string;
}

/**
 * Builds a store that holds what `source` holds, closes it, and reads both again: every copy with its state, section and
 * order, the last number, subscriptions, presence and heartbeats. @throws INTERNAL where they differ
 */
export async function buildVerified(ctx: MigrateContext, options: BuildOptions): Promise<Snapshot> {
  for (let tries = 1; ; tries++) {
    const before = await snapshotOf(options.source, options.clock);
    const built = await build(ctx, before, options);
    const now = await snapshotOf(options.source, options.clock);
    const different = differenceOf(now, built);
    if (different === undefined) return now;
    if (tries < MOST_TRIES && differenceOf(before, now) !== undefined) continue;
    throw new CommsError('INTERNAL', `The new store does not hold what the old one holds (${different}); nothing was changed.`, {
      hint: 'Run comms doctor on the workspace. If that finds nothing, this is a fault of comms: please report it.',
      details: { different },
    });
  }
}

async function build(ctx: MigrateContext, snapshot: Snapshot, options: BuildOptions): Promise<Snapshot> {
  const { settings } = ctx.workspace;
  const { to, directory: root, onProgress, signal } = options;
  emptyDirectory(root);
  const clock = createSetClock();
  clock.set(ctx.clock());
  const open = () => openStoreNamed(to, { root, settings, clock: clock.clock, newUid: ctx.newUid });
  const filled = await open();
  try {
    await fill(filled, snapshot, { clock, inboxes: [...settings.agents, ...Object.keys(settings.groups)], onProgress, signal });
  } finally {
    await filled.close();
  }
  const built = await open();
  try {
    return await snapshotOf(built, clock);
  } finally {
    await built.close();
  }
}

/** What differs first, in words; undefined where nothing does. */
function differenceOf(one: Snapshot, other: Snapshot): string | undefined {
  const copies = differences(one.copies, other.copies);
  const [first] = copies;
  if (first) return `${copies.length} of ${one.copies.length} messages, such as ${first.id} of ${first.inbox}`;
  if (one.lastNumber !== other.lastNumber) return `the last id: ${one.lastNumber} and ${other.lastNumber}`;
  const parts = ['subscriptions', 'withoutGeneral', 'presence', 'heartbeats'] as const;
  return parts.find((part) => !isDeepStrictEqual(inAnyOrder(one[part]), inAnyOrder(other[part])));
}

function inAnyOrder(values: Iterable<unknown>): string[] {
  return [...values].map((value) => JSON.stringify(value)).sort();
}
