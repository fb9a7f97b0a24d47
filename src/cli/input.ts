import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommsError, errnoOf } from '../errors.ts';

/** Far above any message; a command that knows its own limit says so. */
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

export interface InputOptions {
  cwd: string;
  stdin: AsyncIterable<Uint8Array | string>;
  signal: AbortSignal;
  maxBytes?: number | undefined;
}

/**
 * Reads a whole text from a file, or from stdin for `-`. A BOM is dropped.
 * @throws FILE_NOT_FOUND, MESSAGE_TOO_LARGE, INVALID_UTF8
 */
export async function readInput(pathOrDash: string, { cwd, stdin, signal, maxBytes = DEFAULT_MAX_BYTES }: InputOptions): Promise<string> {
  if (pathOrDash === '-') return decode(await collect(untilAborted(stdin, signal), maxBytes, 'stdin'), 'stdin');
  const path = resolve(cwd, pathOrDash);
  await refuseWhatIsNoFile(path, pathOrDash);
  // As a stream, because a pipe such as <(command) tells no size.
  const stream: AsyncIterable<Uint8Array> = createReadStream(path, { signal });
  return decode(await collect(stream, maxBytes, pathOrDash), pathOrDash);
}

async function refuseWhatIsNoFile(path: string, shown: string): Promise<void> {
  const hint = 'Name a file, or - for stdin.';
  const stats = await stat(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    throw new CommsError('FILE_NOT_FOUND', `There is no file "${shown}".`, { hint, details: { path }, cause: error });
  });
  if (stats.isDirectory()) throw new CommsError('FILE_NOT_FOUND', `"${shown}" is a directory, not a file.`, { hint, details: { path } });
}

async function collect(chunks: AsyncIterable<Uint8Array | string>, maxBytes: number, shown: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new CommsError('MESSAGE_TOO_LARGE', `What "${shown}" holds is larger than ${maxBytes} bytes.`, {
        hint: 'Put the bulk into a file of the repository and name it in the message with --attach PATH.',
        details: { max_bytes: maxBytes },
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Ctrl-C must end a command that waits for somebody to type. */
async function* untilAborted(source: AsyncIterable<Uint8Array | string>, signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
  const iterator = source[Symbol.asyncIterator]();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => {});
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

function decode(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CommsError('INVALID_UTF8', `What "${shown}" holds is not valid UTF-8.`, {
      hint: 'Save it as UTF-8, or attach the file with --attach PATH.',
      cause,
    });
  }
}
