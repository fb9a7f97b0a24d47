import { constants } from 'node:fs';
import path from 'node:path';
import { CommsError, errnoOf } from '../../../errors.ts';
import { noRegularFile } from '../../../read-file.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError, diskFull } from './disk-errors.ts';
import { makeDirectory, syncDirectory } from './sync-directory.ts';

const NEWLINE = 0x0a;

const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Appends whole lines in one write. Where a killed writer left a torn line, it is ended first, so that it stays alone.
 * A link is not followed, since it could lead to anybody's file. @throws UNSAFE_PATH, INVALID_WORKSPACE, DISK_FULL, NOT_WRITABLE,
 * IO_ERROR; what was half written is a torn line then. `details.appended`: the lines are there, and only may not survive a power failure.
 */
export function appendDurably(fs: FileSystem, file: string, lines: Buffer, { fsync }: { fsync: boolean }): void {
  let appended = false;
  try {
    makeDirectory(fs, path.dirname(file), fsync);
    const fd = openToAppend(fs, file);
    let size: number;
    try {
      size = fs.fstatSync(fd).size;
      const bytes = size > 0 && lastByte(fs, fd, size) !== NEWLINE ? Buffer.concat([Buffer.from('\n'), lines]) : lines;
      // One call, so that appends of several processes do not mix; what is short was cut off by a full disk.
      if (fs.writeSync(fd, bytes) !== bytes.length) throw diskFull(file);
      appended = true;
      if (fsync) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    if (fsync && size === 0) syncDirectory(fs, path.dirname(file));
  } catch (error) {
    const told = diskError(error, 'append to', file);
    throw appended && told instanceof CommsError ? thoughAppended(told) : told;
  }
}

/** Whether the lines are there all the same. */
export function wasAppended(error: unknown): boolean {
  return error instanceof CommsError && error.details?.appended === true;
}

function thoughAppended({ code, message, hint = '', details, cause }: CommsError): CommsError {
  return new CommsError(code, message, { hint, details: { ...details, appended: true }, cause });
}

function openToAppend(fs: FileSystem, file: string): number {
  const fd = openWithoutLink(fs, file);
  try {
    if (fs.fstatSync(fd).isFile()) return fd;
    throw noRegularFile(file);
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

function openWithoutLink(fs: FileSystem, file: string): number {
  try {
    return fs.openSync(file, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o666);
  } catch (error) {
    if (errnoOf(error) !== 'ELOOP') throw error;
    throw new CommsError('UNSAFE_PATH', `${file} is a symbolic link.`, { hint: 'Remove the link.', details: { file }, cause: error });
  }
}

function lastByte(fs: FileSystem, fd: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  return fs.readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
}
