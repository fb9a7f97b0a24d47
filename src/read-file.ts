import nodeFs, { constants } from 'node:fs';
import { CommsError, errnoOf } from './errors.ts';

/** The system calls that reading takes. */
export type ReadCalls = Pick<typeof nodeFs, 'openSync' | 'fstatSync' | 'readFileSync' | 'closeSync'>;

/** A named pipe must not make us wait for somebody who writes into it. Windows has no such flag, and no such files. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a file that others may have put in place: of a regular file, or of one that a link leads to. What never ends
 * (a device) or never begins (a named pipe without a writer) is refused.
 * @throws INVALID_WORKSPACE for what is no regular file, and what the system says, such as ENOENT
 */
export function readRegular(file: string, fs: ReadCalls = nodeFs): Buffer {
  const descriptor = open(file, fs);
  try {
    if (!fs.fstatSync(descriptor).isFile()) throw noRegularFile(file);
    return fs.readFileSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The same as text. */
export function readRegularText(file: string, fs: ReadCalls = nodeFs): string {
  return readRegular(file, fs).toString('utf8');
}

/** The same; undefined where there is no such file. */
export function readRegularTextIfThere(file: string, fs: ReadCalls = nodeFs): string | undefined {
  try {
    return readRegularText(file, fs);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a file was refused for what it is, and not for what the system said of it. */
export function isNoRegularFile(error: unknown): boolean {
  return error instanceof CommsError && error.details?.kind === 'no regular file';
}

export function noRegularFile(file: string): CommsError {
  return new CommsError('INVALID_WORKSPACE', `Not a regular file: ${file}`, {
    hint: 'Move it away: comms reads no directories, pipes, sockets, devices or links to themselves.',
    details: { file, kind: 'no regular file' },
  });
}

function open(file: string, fs: ReadCalls): number {
  try {
    return fs.openSync(file, FLAGS);
  } catch (error) {
    const code = errnoOf(error);
    // ENXIO: a socket. EISDIR: Windows does not open directories. ELOOP: a link that leads to itself.
    if (code === 'ENXIO' || code === 'EISDIR' || code === 'ELOOP') throw noRegularFile(file);
    throw error;
  }
}
