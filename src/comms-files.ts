import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathInRepository, posix, repositoryOf } from './comms-repository.ts';
import type { AttachmentPort } from './core/context.ts';
import type { LoadSchema } from './core/own-types.ts';
import { CommsError, errnoOf } from './errors.ts';
import { readRegularText } from './read-file.ts';

/** The files that core is given through its ports: those to attach, and the schemas of own types. Loaded when needed. */

/** Paths are relative to `cwd`; copies of files outside the repository go to artifacts/ in the workspace `root`. */
export function attachmentFiles({ root, cwd, newUid }: { root: string; cwd: string; newUid: () => string }): AttachmentPort {
  return {
    async describe(path) {
      const file = await regularFile(resolve(cwd, path), path);
      const { bytes, sha256 } = await digest(file);
      const inside = pathInRepository(file, root);
      if (inside !== undefined) return { attachment: { path: inside, bytes, sha256 } };
      const copy = join(root, 'artifacts', `${sha256.slice(0, 12)}-${basename(file).replace(/[^\w.-]/g, '_')}`);
      return { attachment: { path: posix(relative(repositoryOf(root), copy)), bytes, sha256 }, copy: () => putCopy(file, copy, newUid()) };
    },
  };
}

/** Reads schemas/<type>.schema.json of the workspace in `root`. */
export function schemaFiles(root: string): LoadSchema {
  return async (type) => {
    const file = `schemas/${type}.schema.json`;
    try {
      return JSON.parse(readRegularText(join(root, file)).replace(/^\uFEFF/, '')) as unknown;
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return undefined;
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new CommsError('INVALID_CONFIG', `${file} is not JSON: ${cause.message}.`, {
        hint: `Mend it in an editor, or take it away to leave the content of ${type} free.`,
        details: { file },
        cause,
      });
    }
  };
}

async function regularFile(file: string, shown: string): Promise<string> {
  const refused = (why: string, cause?: unknown) =>
    new CommsError('FILE_NOT_FOUND', `"${shown}" cannot be attached: ${why}.`, { hint: 'Name a file.', details: { path: file }, cause });
  try {
    if (!(await stat(file)).isFile()) throw refused('it is not a file');
    return await realpath(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') throw refused('there is no such file', error);
    throw error;
  }
}

/** As a stream, since what is attached instead of sent may be large. */
async function digest(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function putCopy(file: string, copy: string, uid: string): Promise<void> {
  const directory = dirname(copy);
  await mkdir(directory, { recursive: true });
  if ((await lstat(directory)).isSymbolicLink()) {
    throw new CommsError('UNSAFE_PATH', 'The directory artifacts in the workspace is a symbolic link; nothing is copied through it.', {
      hint: 'Make it a directory, or attach a file of the repository.',
      details: { path: directory },
    });
  }
  // The name holds the hash: what is there already is the same.
  if (existsSync(copy)) return;
  const temporary = `${copy}.${uid}.tmp`;
  try {
    await copyFile(file, temporary);
    await rename(temporary, copy);
  } finally {
    await rm(temporary, { force: true });
  }
}
