import path from 'node:path';
import { CommsError } from '../../errors.ts';
import { formatId } from '../../message/ids.ts';
import type { StatusDocument } from '../../message/status.ts';
import { deriveStatus } from '../../message/status.ts';
import { isoOf } from '../../message/time.ts';
import { copyKey } from '../changes.ts';
import { withHeartbeats } from '../presence.ts';
import { inQuery } from '../query.ts';
import { EVERY_SECTION } from '../sections.ts';
import type { Copy, ListQuery, Section } from '../store.ts';
import { viewOf } from '../verbs/view.ts';
import { type Broken, brokenIn } from './broken.ts';
import { readCheckpoint } from './checkpoint.ts';
import { hasGrown } from './durable/replaced.ts';
import { sameStamp } from './durable/stamp.ts';
import { CHECKPOINT_FILE, isShared, kindOf } from './layout.ts';
import { isTakenHere } from './lock/turns.ts';
import { highestNumber, summariesOf, summariesOfAll } from './records.ts';
import { readHeartbeats } from './side-files.ts';
import type { FilesTools } from './tools.ts';
import { agentsOf, carriedNow, lastInStatus } from './write-derived.ts';

export interface Reader {
  list(query?: ListQuery): Promise<Copy[]>;
  find(id: string): Promise<Copy[]>;
  status(): Promise<StatusDocument>;
  /** The copies of these sections as they are now, without a look for late writers. */
  look(sections: readonly Section[], inboxes?: readonly string[]): Look;
}

export interface Look {
  copies: Copy[];
  /** What had to be left out. */
  unreadable: Unreadable[];
  /** Blocks that nobody can read. */
  broken: Broken[];
}

export interface Unreadable {
  file: string;
  error: CommsError;
}

/** How many broken blocks a reader names. */
const MOST_TOLD = 5;

/**
 * Reads without the lock: each file is read as a whole, and a message that is just being moved is found in the place
 * where it goes. A file that cannot be read, such as a link out of the workspace, stops only who wants nothing else. `settleNow` asks for a write, when somebody appended to a file that was replaced under them.
 */
export function createReader(tools: FilesTools, settleNow: () => Promise<unknown>): Reader {
  const { disk, fs, options, root, stateDir } = tools;
  const now = () => options.clock();

  const told = new Set<string>();
  const copiesIn = (files: readonly string[]): Look => {
    const unreadable: Unreadable[] = [];
    const copies = files.flatMap((file) => {
      try {
        return disk.copies(file);
      } catch (error) {
        if (!(error instanceof CommsError)) throw error;
        unreadable.push({ file, error });
        return [];
      }
    });
    const readable = files.filter((file) => !unreadable.some((one) => one.file === file));
    const views = withoutDoubles(copies).map((copy) => viewOf(copy, now(), options.rules.maxAttempts));
    return { copies: views, unreadable, broken: brokenIn(disk, readable) };
  };
  const tell = (unreadable: readonly Unreadable[]) => {
    for (const { file, error } of unreadable) {
      if (told.has(file)) continue;
      told.add(file);
      options.warn?.(`Left out: ${error.message.replace(/\.?$/, '.')} "comms doctor" tells more.`);
    }
  };
  const tellBroken = (broken: readonly Broken[]) => {
    const fresh = broken.filter(({ key }) => !told.has(key));
    for (const { key } of fresh) told.add(key);
    for (const { text } of fresh.slice(0, MOST_TOLD)) options.warn?.(text);
    if (fresh.length > MOST_TOLD) options.warn?.(`${fresh.length - MOST_TOLD} more blocks cannot be read; "comms validate" shows them.`);
  };
  const filesFor = (sections: readonly Section[], inboxes?: readonly string[]) =>
    disk.names().filter((file) => mayHold(file, sections, inboxes));
  const look = (sections: readonly Section[], inboxes?: readonly string[]) => copiesIn(filesFor(sections, inboxes));
  const read = (sections: readonly Section[], inboxes?: readonly string[]) => {
    const files = filesFor(sections, inboxes);
    const { copies, unreadable, broken } = copiesIn(files);
    const wanted = inboxes === undefined ? files : files.filter((file) => kindOf(file)?.kind === 'inbox');
    const isUnreadable = (file: string) => unreadable.some((one) => one.file === file);
    if (unreadable[0] && wanted.every(isUnreadable)) throw unreadable[0].error;
    tell(unreadable);
    tellBroken(broken);
    return copies;
  };
  const carryLate = async () => {
    // A reader that may not write still reads; what is late comes with the next write. So it does where this process writes,
    // or has the lock for as long as it reads.
    if (!isTakenHere(stateDir) && hasGrown(fs, stateDir)) await settleNow().catch(() => undefined);
  };
  return {
    look,
    async list(query = {}) {
      await carryLate();
      return read(query.sections ?? ['active'], query.inboxes).filter(inQuery(query));
    },
    async find(id) {
      await carryLate();
      return read(EVERY_SECTION).filter(({ message }) => message.id === id);
    },
    async status() {
      await carryLate();
      const checkpoint = readCheckpoint(fs, path.join(root, CHECKPOINT_FILE));
      const settled = disk.names().flatMap((file) => {
        const record = checkpoint && Object.hasOwn(checkpoint.files, file) ? checkpoint.files[file] : undefined;
        return record && kindOf(file)?.kind === 'archive' && sameStamp(record.stamp, disk.stampOf(file)) ? [[file, record] as const] : [];
      });
      const known = new Map(settled);
      const rest = disk.names().filter((file) => !known.has(file));
      const { copies, unreadable } = copiesIn(rest);
      tell(unreadable);
      const { presence, rest: others } = carriedNow(tools);
      const last = Math.max(checkpoint?.lastNumber ?? lastInStatus(tools), highestNumber(copies));
      const derived = deriveStatus({
        agents: agentsOf(tools, disk.names()),
        groups: Object.keys(options.rules.groups),
        summaries: summariesOfAll([...known.values(), { summaries: summariesOf(copies) }]),
        presence,
        lastId: last === 0 ? undefined : formatId(last),
        at: isoOf(now()),
        rest: others,
      });
      return withHeartbeats(derived, readHeartbeats(tools), { now: now(), offlineAfterMs: options.rules.offlineAfterMs });
    },
  };
}

function mayHold(file: string, sections: readonly Section[], inboxes: readonly string[] | undefined): boolean {
  const kind = kindOf(file);
  if (kind === undefined) return false;
  // What is past its time is shown among the dead, wherever it lies.
  if (isShared(kind)) return sections.includes(kind.kind) || (kind.kind === 'held' && sections.includes('dead'));
  if (inboxes !== undefined && !inboxes.includes(kind.inbox)) return false;
  return kind.kind === 'inbox' || sections.includes('archived');
}

/** While a message moves it stands in two files for a moment; the place where it goes counts: nothing goes among the held ones. */
function withoutDoubles(copies: readonly Copy[]): Copy[] {
  const keysIn = (sections: readonly Section[]) => new Set(copies.filter(({ section }) => sections.includes(section)).map(copyKey));
  const moved = keysIn(['archived', 'dead']);
  const held = keysIn(['held']);
  if (moved.size === 0 && held.size === 0) return [...copies];
  const decided = held.size === 0 ? held : keysIn(['active', 'archived', 'dead']);
  return copies.filter((copy) => {
    if (copy.section === 'held') return !decided.has(copyKey(copy));
    return copy.section !== 'active' || !moved.has(copyKey(copy));
  });
}
