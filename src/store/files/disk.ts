import path from 'node:path';
import { errnoOf } from '../../errors.ts';
import { emptyInbox } from '../../inbox/inbox.ts';
import type { Copy } from '../store.ts';
import { readStamped } from './durable/read-stamped.ts';
import { resolveInsideReal } from './durable/resolve-inside.ts';
import { isYoung, type Stamp, sameStamp, toStamp } from './durable/stamp.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { ARCHIVE_DIR, type Kind, kindOf } from './layout.ts';
import { copiesOf, openSheet, parsed, type Sheet } from './sheet.ts';

/** The files of messages of one workspace, with what this process remembers of them. */
export interface Disk {
  /** The names of all files of messages that exist. */
  names(): string[];
  stampOf(file: string): Stamp | undefined;
  /** The file as it is now, or as it would begin. Parsed text is remembered while the bytes are the same. */
  read(file: string): Loaded;
  /** Tells the disk what was just written, so that it need not be read again. */
  wrote(file: string, loaded: Loaded): void;
  /** Every copy in a file; none where it does not exist. */
  copies(file: string): Copy[];
  pathOf(file: string): string;
}

export interface Loaded {
  sheet: Sheet;
  /** Undefined where the file does not exist. */
  stamp: Stamp | undefined;
}

const shared = new Map<string, { disk: Disk; users: number }>();

/**
 * The disk of a workspace, the same one for every store of this process: what one has understood the others need not
 * parse. `close` when a store needs it no longer.
 */
export function sharedDisk(root: string): { disk: Disk; close: () => void } {
  const known = shared.get(root) ?? { disk: createDisk(nodeFileSystem, root), users: 0 };
  shared.set(root, known);
  known.users += 1;
  let open = true;
  const close = () => {
    if (open) known.users -= 1;
    open = false;
    if (known.users === 0 && shared.get(root) === known) shared.delete(root);
  };
  return { disk: known.disk, close };
}

export function createDisk(fs: FileSystem, root: string): Disk {
  const remembered = new Map<string, Loaded>();
  let realRoot: string | undefined;
  const pathOf = (file: string) => {
    realRoot ??= fs.realpathSync(root);
    return resolveInsideReal(fs, realRoot, file);
  };

  const read = (file: string): Loaded => {
    const known = remembered.get(file);
    const now = known?.stamp && stampOf(file);
    if (known && sameStamp(known.stamp, now) && now && !isYoung(now)) return known;
    const found = readStamped(fs, pathOf(file));
    if (!found) return { sheet: openSheet(file, Buffer.from(firstText(file), 'utf8')), stamp: undefined };
    const { bytes, stamp } = found;
    const sheet = known?.sheet.base.equals(bytes) ? known.sheet : openSheet(file, bytes);
    const loaded = { sheet, stamp };
    remembered.set(file, loaded);
    return loaded;
  };
  const stampOf = (file: string): Stamp | undefined => {
    try {
      return toStamp(fs.statSync(path.join(root, file), { bigint: true }));
    } catch (error) {
      // A link to itself is nothing, too; reading it says what it is.
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return undefined;
      throw error;
    }
  };
  return {
    names: () => [...listed(fs, root, ''), ...listed(fs, root, ARCHIVE_DIR)],
    stampOf,
    read,
    wrote: (file, loaded) => remembered.set(file, loaded),
    copies(file) {
      const loaded = read(file);
      if (loaded.stamp === undefined) return [];
      const sheet = parsed(loaded.sheet);
      remembered.set(file, { ...loaded, sheet });
      return copiesOf(sheet);
    },
    pathOf,
  };
}

/** The text that a file of messages begins with. */
export function firstText(file: string): string {
  const kind = kindOf(file);
  if (kind?.kind === 'inbox') return emptyInbox(kind.inbox);
  if (kind?.kind === 'archive') return `# Archive of ${kind.inbox}\n\nMessages that were completed and put away.\n`;
  if (kind?.kind === 'held')
    return '# Held Messages\n\nMessages that were stopped on their way and wait for a decision: see "comms held".\n';
  return '# Dead Letters\n\nMessages that failed too often or were not taken in time.\n';
}

function listed(fs: FileSystem, root: string, dir: string): string[] {
  const names = readNames(fs, path.join(root, dir)).map((name) => (dir === '' ? name : `${dir}/${name}`));
  const kinds = names.flatMap((name): [string, Kind][] => {
    const kind = kindOf(name);
    return kind ? [[name, kind]] : [];
  });
  return kinds.map(([name]) => name).sort();
}

function readNames(fs: FileSystem, dir: string): string[] {
  try {
    return fs.readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
