import path from 'node:path';
import { CommsError, errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

/**
 * The path of a file of the workspace, symbolic links followed. A link may lead elsewhere inside the workspace, where it
 * is the target that is read and replaced; one that leads out could make us write over anybody's file.
 * @throws UNSAFE_PATH for a link out of the workspace.
 */
export function resolveInside(fs: FileSystem, root: string, name: string): string {
  const file = path.join(root, name);
  const real = realOf(fs, file) ?? path.join(realOf(fs, path.dirname(file)) ?? path.dirname(file), path.basename(file));
  const inside = realOf(fs, root) ?? root;
  if (real.startsWith(inside + path.sep)) return real;
  throw new CommsError('UNSAFE_PATH', `${name} is a symbolic link out of the workspace, to ${real}`, {
    hint: `Remove the link in ${root}, or make the workspace itself lie there.`,
    details: { file: name, target: real },
  });
}

function realOf(fs: FileSystem, file: string): string | undefined {
  try {
    return fs.realpathSync(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    // A link whose target is not there yet would be followed by the write.
    const link = fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink();
    if (link) throw new CommsError('UNSAFE_PATH', `${file} is a symbolic link to nowhere.`, { hint: 'Remove the link.' });
    return undefined;
  }
}
