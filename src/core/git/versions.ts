import type { Blobs } from '../../git/blob-process.ts';
import type { Block } from '../../inbox/inbox.ts';
import { completeMessage } from '../../message/complete.ts';
import { normalise } from '../../message/dialects.ts';
import type { Problem } from '../../message/message.ts';
import { isShared, type Kind, kindOf } from '../../store/message-files.ts';
import type { Copy } from '../../store/store.ts';
import { type Reading, readAgain } from './reread.ts';

/** One version of a file of messages. */
export interface Version {
  /** What is the same in two versions is the same object. */
  copies: readonly Copy[];
  /** Blocks that nobody can read, each under its text. */
  broken: ReadonlyMap<string, Problem>;
}

export interface Versions {
  /** The version of `file` (relative to the workspace) that is this blob; nothing where there is none. */
  ofBlob(file: string, oid: string | undefined): Promise<Version>;
  ofBytes(file: string, bytes: Buffer): Version;
}

const NOTHING: Version = { copies: [], broken: new Map() };
/** Enough for what a walk through history looks at again; a file of messages has 1 MB at most where it is looked after. */
const REMEMBERED_FILES = 64;

/** Reads versions of files of messages. A blob that was read shortly before is not parsed again, and a block that is in several versions is one copy. */
export function createVersions(blobs: Blobs): Versions {
  const versions = new Map<string, Promise<Version>>();
  const last = new Map<string, Reading>();
  const known = new WeakMap<Block, Copy>();
  const ofBytes = (file: string, bytes: Buffer): Version => {
    const kind = kindOf(file);
    if (kind === undefined) return NOTHING;
    const reading = readAgain(bytes, last.get(file));
    last.set(file, reading);
    return versionOf(file, kind, reading, known);
  };
  const read = async (file: string, oid: string): Promise<Version> => {
    const bytes = await blobs.read(oid);
    return bytes === undefined ? missing(file, oid) : ofBytes(file, bytes);
  };
  return {
    ofBytes,
    async ofBlob(file, oid) {
      if (oid === undefined || kindOf(file) === undefined) return NOTHING;
      const key = `${oid} ${file}`;
      const version = versions.get(key) ?? read(file, oid);
      // Last in, last out.
      versions.delete(key);
      versions.set(key, version);
      const [oldest] = versions.keys();
      if (versions.size > REMEMBERED_FILES && oldest !== undefined) versions.delete(oldest);
      return version;
    },
  };
}

function versionOf(file: string, kind: Kind, { placed }: Reading, known: WeakMap<Block, Copy>): Version {
  const broken = new Map<string, Problem>();
  const copies = placed.flatMap(({ block }): Copy[] => {
    const { json, message, error, id } = block;
    if (error) {
      const about = id === undefined ? '' : ` (${id})`;
      broken.set(`${file}\0${json}`, { severity: 'error', code: error.code, message: `${error.message}${about}`, file, line: error.line });
    }
    if (message === undefined) return [];
    const copy = known.get(block) ?? copyOf(file, kind, block.section, message);
    known.set(block, copy);
    return [copy];
  });
  return { copies, broken };
}

function copyOf(file: string, kind: Kind, section: Copy['section'], json: Record<string, unknown>): Copy {
  const message = completeMessage(normalise(json).message);
  if (isShared(kind)) return { inbox: message.recipient, section: kind.kind, message, file };
  return { inbox: kind.inbox, section: kind.kind === 'archive' ? 'archived' : section, message, file };
}

/** A partial clone may lack old blobs, where its remote cannot be reached. */
function missing(file: string, oid: string): Version {
  const message = `This version of ${file} (blob ${oid.slice(0, 12)}) is not in the repository, or is no file`;
  return { copies: [], broken: new Map([[`${file}\0${oid}`, { severity: 'error', code: 'MISSING_VERSION', message, file }]]) };
}
