import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError, diskFull } from './disk-errors.ts';

const NEWLINE = 0x0a;

/**
 * Appends whole lines in one write. Where a killed writer left a torn line, it is ended first, so that it stays alone.
 * @throws DISK_FULL, NOT_WRITABLE, IO_ERROR; what was half written is a torn line then.
 */
export function appendDurably(fs: FileSystem, file: string, lines: Buffer, { fsync }: { fsync: boolean }): void {
  try {
    const fd = openToAppend(fs, file);
    try {
      const size = fs.fstatSync(fd).size;
      const bytes = size > 0 && lastByte(fs, fd, size) !== NEWLINE ? Buffer.concat([Buffer.from('\n'), lines]) : lines;
      if (fs.writeSync(fd, bytes) !== bytes.length) throw diskFull(file);
      if (fsync) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw diskError(error, 'append to', file);
  }
}

function openToAppend(fs: FileSystem, file: string): number {
  try {
    return fs.openSync(file, 'a+');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return fs.openSync(file, 'a+');
  }
}

function lastByte(fs: FileSystem, fd: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  return fs.readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
}
