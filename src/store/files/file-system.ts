import fs from 'node:fs';

/**
 * The system calls of the files driver. Tests put in one that breaks: a full disk, a short write, a failing fsync.
 * Synchronous, because the lock is held meanwhile and the files are small.
 */
export type FileSystem = Pick<
  typeof fs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fsyncSync'
  | 'fchmodSync'
  | 'fstatSync'
  | 'statSync'
  | 'lstatSync'
  | 'realpathSync'
  | 'readFileSync'
  | 'writeFileSync'
  | 'copyFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'linkSync'
  | 'unlinkSync'
  | 'mkdirSync'
  | 'rmdirSync'
  | 'utimesSync'
>;

export const nodeFileSystem: FileSystem = fs;
