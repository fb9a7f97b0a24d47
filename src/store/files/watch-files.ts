import { aborted } from '../aborted.ts';
import { eventsBetween, type Seen, seenOf, waitingIn } from '../changes.ts';
import { readMoved, refuseMoved } from '../moved.ts';
import { EVERY_SECTION } from '../sections.ts';
import type { StoreEvent, WatchOptions } from '../store.ts';
import { createDoubt } from './doubt.ts';
import { hasGrown } from './durable/replaced.ts';
import { type Stamp, sameStamp } from './durable/stamp.ts';
import { isShared, kindOf } from './layout.ts';
import { createLossAlarm } from './loss-alarm.ts';
import type { Reader } from './reader.ts';
import type { FilesTools } from './tools.ts';
import { realRootOf, wakeOnChange } from './wake.ts';

/** After a hint, a second look: the watcher may drop the last of two changes that come close together. In ms. */
const SECOND_LOOK_MS = 75;
/** The safety net, for file systems that tell nothing. In ms. */
const POLL_MS = 1_500;
/** How often what is due is put down while somebody watches. In ms. */
const SWEEP_MS = 30_000;

/**
 * Tells of every change of the files of messages, whoever made it. The file watcher only gives hints: what happened is
 * read off the files themselves and compared with the last look, so nothing is missed however events are lost or fused.
 */
export async function watchFiles(
  tools: FilesTools,
  reader: Reader,
  sweep: () => Promise<unknown>,
  { onEvent, signal, inboxes, losses = false }: WatchOptions,
): Promise<void> {
  const isWanted = wantedBy(inboxes);
  const alarm = losses ? createLossAlarm(tools, { inboxes, isWanted, onEvent }) : undefined;
  let seen: Seen | undefined;
  let stamps: Stamps = new Map();
  const moved = new AbortController();
  const doubt = createDoubt();
  let doubting: NodeJS.Timeout | undefined;

  const told = new Set<string>();
  let brokenTold = new Set<string>();
  /** What cannot be read has not vanished: it stays as it was seen last. */
  const lookAround = (before: Seen, certain: boolean): Seen => {
    const { copies, unreadable, broken } = reader.look(EVERY_SECTION, inboxes);
    // Somebody may be in the middle of writing: a second look decides.
    if (certain) {
      for (const { inbox, text } of broken.filter(({ key }) => !brokenTold.has(key))) {
        onEvent({ event: 'error', ...(inbox !== undefined && { inbox }), error: text });
      }
      brokenTold = new Set(broken.map(({ key }) => key));
    }
    for (const { file, error } of unreadable.filter((one) => !told.has(one.file))) {
      const kind = kindOf(file);
      onEvent({ event: 'error', ...(kind?.kind === 'inbox' && { inbox: kind.inbox }), error: error.message });
    }
    told.clear();
    for (const { file } of unreadable) told.add(file);
    const kept = [...before].filter(([, { copy }]) => copy.file !== undefined && told.has(copy.file));
    return new Map([...kept, ...seenOf(copies)]);
  };

  const isMoved = () => readMoved(tools.root)?.from === 'files';
  let failure: string | undefined;
  const look = (certain: boolean) => {
    if (!seen || moved.signal.aborted) return;
    try {
      if (isMoved()) return moved.abort();
      if (hasGrown(tools.fs, tools.stateDir)) sweep().catch(() => undefined);
      const stampsBefore = stamps;
      stamps = stampsOf(tools, isWanted);
      // One write gives several hints; the second look is for what stamps cannot tell.
      if (!certain && sameStamps(stampsBefore, stamps)) return;
      const before = seen;
      seen = doubt.giving(before, lookAround(before, certain));
      const events = eventsBetween(before, seen);
      events.forEach(onEvent);
      if (events.some(mayBeLoss)) alarm?.suspect();
      failure = undefined;
      const doubtedMs = doubt.nextMs();
      clearTimeout(doubting);
      if (doubtedMs !== undefined) doubting = setTimeout(hint, doubtedMs);
    } catch (error) {
      // Said once; what was not looked at is looked at again by the poll.
      stamps = new Map();
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failure) onEvent({ event: 'error', error: message });
      failure = message;
    }
  };
  const hint = createHint(look, SECOND_LOOK_MS);
  const hintOf = (file?: string) => {
    if (file === undefined || isWanted(file)) hint();
  };
  const waking = wakeOnChange(realRootOf(tools.fs, tools.root), hintOf, (error) => onEvent({ event: 'error', error }));
  await waking.ready;
  stamps = stampsOf(tools, isWanted);
  seen = lookAround(new Map(), true);
  waitingIn(seen).forEach(onEvent);
  onEvent({ event: 'ready' });
  hint();
  alarm?.suspect();

  const isDifferent = () => {
    try {
      return isMoved() || hasGrown(tools.fs, tools.stateDir) || !sameStamps(stamps, stampsOf(tools, isWanted));
    } catch {
      return true;
    }
  };
  const poll = setInterval(() => {
    if (isDifferent()) hint();
  }, POLL_MS);
  const sweeping = setInterval(() => {
    sweep().then(hint, () => undefined);
  }, SWEEP_MS);
  await aborted(AbortSignal.any([signal, moved.signal]));
  clearInterval(poll);
  clearInterval(sweeping);
  clearTimeout(doubting);
  alarm?.stop();
  hint.stop();
  waking.stop();
  // What was moved to another store has not vanished: whoever watches has to look there.
  if (!signal.aborted) refuseMoved(tools.root, 'files');
}

const ENDINGS = ['COMPLETED', 'BLOCKED'];

/** Whether this is what is seen of a save of an old copy; a lease that ends or a checkout looks the same. */
function mayBeLoss(event: StoreEvent): boolean {
  if (event.event === 'removed') return true;
  return event.event === 'status' && (event.message.status === 'PENDING' || ENDINGS.includes(String(event.previousStatus)));
}

/** Looks at once, and once more a little later; hints that come meanwhile move the second look on. */
function createHint(look: (certain: boolean) => void, againMs: number): (() => void) & { stop(): void } {
  let soon: NodeJS.Immediate | undefined;
  let again: NodeJS.Timeout | undefined;
  const hint = () => {
    soon ??= setImmediate(() => {
      soon = undefined;
      look(false);
    });
    clearTimeout(again);
    again = setTimeout(() => look(true), againMs);
  };
  return Object.assign(hint, {
    stop() {
      if (soon) clearImmediate(soon);
      clearTimeout(again);
    },
  });
}

type Stamps = Map<string, Stamp | undefined>;

/** The files that may hold messages for these inboxes. */
function wantedBy(inboxes: readonly string[] | undefined): (file: string) => boolean {
  return (file) => {
    const kind = kindOf(file);
    return inboxes === undefined || kind === undefined || isShared(kind) || inboxes.includes(kind.inbox);
  };
}

function stampsOf({ disk }: FilesTools, isWanted: (file: string) => boolean): Stamps {
  return new Map(
    disk
      .names()
      .filter(isWanted)
      .map((file) => [file, disk.stampOf(file)]),
  );
}

function sameStamps(a: Stamps, b: Stamps): boolean {
  return a.size === b.size && [...a].every(([file, stamp]) => sameStamp(stamp, b.get(file)));
}
