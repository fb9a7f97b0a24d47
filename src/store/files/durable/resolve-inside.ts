import path from 'node:path';
import { CommsError, errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

/**
 * The path of a file of the workspace, symbolic links followed; the file, and directories above it, need not exist. A
 * link may lead elsewhere inside the workspace, where it is the target that is read and replaced; one that leads out
 * could make us write over anybody's file.
 * @throws UNSAFE_PATH for what lies outside the workspace, and for a link to nowhere, which a write would follow.
 */
export function resolveInside(fs: FileSystem, root: string, name: string): string {
  const inside = realOf(fs, root);
  const real = realOf(fs, path.resolve(root, name));
  if (real.startsWith(inside.endsWith(path.sep) ? inside : inside + path.sep)) return real;
  throw new CommsError('UNSAFE_PATH', `${name} leads out of the workspace, to ${real}`, {
    hint: `Remove the symbolic link in ${root}, or make the workspace itself lie there.`,
    details: { file: name, target: real },
  });
}

/** The same for a root that has no links in it, at the cost of one call where there is none below it either, as nearly always. */
export function resolveInsideReal(fs: FileSystem, root: string, name: string): string {
  const plain = path.resolve(root, name);
  return plain.startsWith(root + path.sep) && !hasLink(fs, root, plain) ? plain : resolveInside(fs, root, name);
}

function hasLink(fs: FileSystem, root: string, file: string): boolean {
  for (let at = file; at.length > root.length; at = path.dirname(at)) if (isLink(fs, at)) return true;
  return false;
}

/** The real path of what exists of a path, and the rest as it is. */
function realOf(fs: FileSystem, file: string): string {
  try {
    return fs.realpathSync(file);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOENT' && errno !== 'ELOOP') throw error;
    if (errno === 'ELOOP' || isLink(fs, file)) throw linkToNowhere(file);
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realOf(fs, parent), path.basename(file));
  }
}

function isLink(fs: FileSystem, file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function linkToNowhere(file: string): CommsError {
  return new CommsError('UNSAFE_PATH', `${file} is a symbolic link to nowhere.`, { hint: 'Remove the link.', details: { file } });
}
