import { onWindowsAgain } from '../durable/on-windows-again.ts';
import type { FileSystem } from '../file-system.ts';
import { monotonicMs } from '../monotonic.ts';
import { type DirectoryIdentity, isSameDirectory, lookAt } from './lock-directory.ts';

type Done<T = void> = (error: Error | null, value?: T) => void;

/** The system calls that proper-lockfile makes for one lock, and what they found out. */
export interface LibraryFileSystem {
  /** The directory that was made, once it was. */
  made(): DirectoryIdentity | undefined;
  /** Whether what lies at the path is the directory that was made. */
  isMine(): boolean;
  /** From now on nothing at the path is ours: it was taken over. */
  disown(): void;
  /** Sets the directory's mtime, so that others see that its holder lives. */
  touch(): void;
  /** monotonicMs() of the last touch. */
  touchedAt(): number;
  /** What the library takes as its `fs`. */
  calls: object;
}

/**
 * Lets the library see and remove the one directory that it made, and none that another process made at the same path
 * since. The calls are synchronous: they take 5 µs, a thread of the pool takes 100.
 */
export function createLibraryFileSystem(fs: FileSystem, lock: string): LibraryFileSystem {
  let made: DirectoryIdentity | undefined;
  let touchedAt = 0;
  /** What the library is told of the mtime: it takes any that it did not set for a theft, and we too touch the lock. */
  let mtime = new Date();

  const isMine = () => made !== undefined && isSameDirectory(made, lookAt(fs, lock));
  const touch = () => {
    const now = new Date();
    fs.utimesSync(lock, now, now);
    touchedAt = monotonicMs();
  };
  const calls = {
    mkdir: answering((_dir: string) => {
      fs.mkdirSync(lock);
      made = lookAt(fs, lock);
      touchedAt = monotonicMs();
    }),
    stat: answering((_dir: string) => {
      if (made && !isMine()) throw Object.assign(new Error('The lock was taken over.'), { code: 'ENOENT' });
      return { mtime };
    }),
    utimes: answering((_dir: string, _atime: Date, at: Date) => {
      mtime = at;
      // The first call after mkdir asks for the precision of the file system's times, which does not matter here.
      if (monotonicMs() - touchedAt > 1) touch();
    }),
    rmdir: answering((_dir: string) => {
      if (isMine()) onWindowsAgain(() => fs.rmdirSync(lock));
    }),
    // The library's exit handler. A process that ends while it holds the lock has left work half done: the lock stays,
    // and whoever takes it over learns of it.
    rmdirSync: () => {},
  };
  const disown = () => {
    made = undefined;
  };
  return { made: () => made, isMine, disown, touch, touchedAt: () => touchedAt, calls };
}

/** Turns a synchronous call into one that answers by its last argument, and at once. */
function answering<A extends unknown[], T>(call: (...args: A) => T): (...args: [...A, Done<T>]) => void {
  return (...args) => {
    const done = args.pop() as Done<T>;
    let value: T;
    try {
      value = call(...(args as unknown as A));
    } catch (error) {
      return done(error as Error);
    }
    done(null, value);
  };
}
