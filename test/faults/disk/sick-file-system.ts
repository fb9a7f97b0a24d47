import fs from 'node:fs';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';

/** A system call that was made: which one, and the file that it was about, where the call names it. */
export interface Call {
  name: keyof FileSystem;
  file: string;
  /** Whether it wants room on the disk: a new name, or bytes. */
  grows: boolean;
}

/** What is wrong with a disk, from the first call on that can suffer from it. */
export interface Illness {
  /** Counts the calls of an operation from 1. */
  at: number;
  /** An errno, or SHORT: half of the bytes are written without an error, and the rest is refused. */
  errno: string;
  /** Whether it stays so: then each later call that can suffer from it does. */
  lasting: boolean;
}

/** The errnos that a call can fail with, of those that a program has to reckon with. */
const ERRNOS: Record<keyof FileSystem, readonly string[]> = {
  openSync: ['EACCES', 'EROFS', 'EMFILE', 'ENOSPC', 'EDQUOT', 'EIO'],
  closeSync: ['EIO', 'ENOSPC', 'EDQUOT'],
  readSync: ['EIO'],
  writeSync: ['ENOSPC', 'EDQUOT', 'EIO', 'SHORT'],
  fsyncSync: ['EIO', 'ENOSPC', 'EDQUOT'],
  fchmodSync: ['EPERM', 'EROFS', 'EIO'],
  fstatSync: ['EIO'],
  statSync: ['EACCES', 'EIO'],
  lstatSync: ['EACCES', 'EIO'],
  realpathSync: ['EACCES', 'EIO'],
  readFileSync: ['EACCES', 'EMFILE', 'EIO'],
  writeFileSync: ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EIO'],
  copyFileSync: ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EIO'],
  readdirSync: ['EACCES', 'EMFILE', 'EIO'],
  renameSync: ['EXDEV', 'EACCES', 'EROFS', 'ENOSPC', 'EIO'],
  linkSync: ['EXDEV', 'EACCES', 'EROFS', 'ENOSPC', 'EIO'],
  unlinkSync: ['EACCES', 'EROFS', 'EIO'],
  mkdirSync: ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO'],
  rmdirSync: ['EACCES', 'EROFS', 'EIO'],
  utimesSync: ['EACCES', 'EROFS', 'EIO'],
};

/** Those of which a disk does not get well by itself. */
const LASTING = new Set(['ENOSPC', 'EDQUOT', 'SHORT', 'EROFS', 'EMFILE', 'EIO']);
const FULL = new Set(['ENOSPC', 'EDQUOT', 'SHORT']);

/** Every illness that the calls of an operation can meet. */
export function illnessesOf(calls: readonly Call[]): Illness[] {
  return calls.flatMap((call, n) =>
    ERRNOS[call.name]
      .filter((errno) => suffers(call, errno))
      .flatMap((errno) => [
        ...(errno === 'SHORT' ? [] : [{ at: n + 1, errno, lasting: false }]),
        ...(LASTING.has(errno) ? [{ at: n + 1, errno, lasting: true }] : []),
      ]),
  );
}

function suffers(call: Call, errno: string): boolean {
  return ERRNOS[call.name].includes(errno) && (call.name !== 'openSync' || call.grows || !(FULL.has(errno) || errno === 'EROFS'));
}

/** The system calls of a disk that falls ill, or of a healthy one; `onCall` is told of each. */
export function sickFileSystem(illness: Illness | undefined, onCall: (call: Call) => void = () => {}): FileSystem {
  let nth = 0;
  let begun = false;
  return new Proxy(nodeFileSystem, {
    get(target, name: keyof FileSystem) {
      const real = target[name] as (...given: unknown[]) => unknown;
      return (...args: unknown[]) => {
        nth += 1;
        const call = callOf(name, args);
        onCall(call);
        const errno = illness?.errno === 'SHORT' && begun ? 'ENOSPC' : illness?.errno;
        if (!illness || errno === undefined || nth < illness.at || !suffers(call, errno)) return real(...args);
        if (begun && !illness.lasting) return real(...args);
        begun = true;
        return errno === 'SHORT' ? writeHalf(args) : fail(call, errno, args);
      };
    },
  });
}

function callOf(name: keyof FileSystem, args: unknown[]): Call {
  const grows = name !== 'openSync' || (typeof args[1] === 'string' ? args[1] !== 'r' : args[1] !== fs.constants.O_RDONLY);
  return { name, file: typeof args[0] === 'string' ? args[0] : '', grows };
}

/** A failing call leaves what it leaves in life: a file that was made and not filled, a descriptor that is gone. */
function fail(call: Call, errno: string, args: unknown[]): never {
  if (call.name === 'closeSync') fs.closeSync(args[0] as number);
  if (call.name === 'writeFileSync' && FULL.has(errno)) {
    const [file, data, options] = args as [string, string, fs.WriteFileOptions];
    fs.writeFileSync(file, data.slice(0, data.length / 2), options);
  }
  const extras = { code: errno, syscall: call.name.replace('Sync', ''), ...(call.file !== '' && { path: call.file }) };
  throw Object.assign(new Error(`${errno}: made up, ${call.name} '${call.file}'`), extras);
}

function writeHalf([fd, bytes, offset = 0, length, position = null]: unknown[]): number {
  const all = bytes as Buffer;
  const count = ((length as number | undefined) ?? all.length) >> 1;
  return fs.writeSync(fd as number, all, offset as number, count, position as number | null);
}
