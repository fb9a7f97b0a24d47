import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { readBlobs } from '../../git/blobs.ts';
import { parts } from '../../git/entries.ts';
import type { Repository } from '../../git/repository.ts';
import { inWorkspace, workspacePathspecs } from '../../git/workspace-paths.ts';
import { isNoRegularFile, readRegular } from '../../read-file.ts';
import { kindOf } from '../../store/message-files.ts';
import type { CoreContext } from '../context.ts';
import { changesBetween } from './changes.ts';
import { copiesIn } from './copies-in.ts';
import { repositoryOf } from './repository.ts';
import type { Uncommitted } from './requests.ts';

/** What no commit has yet; reads only, and takes no lock, of git's neither. @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING */
export async function uncommitted(ctx: CoreContext): Promise<Uncommitted> {
  const repository = await repositoryOf(ctx);
  const [{ ignored: _, ...found }, tracked] = await Promise.all([uncommittedIn(repository), isTracked(repository)]);
  return { ...found, tracked };
}

async function isTracked({ git, place }: Repository): Promise<boolean> {
  return (await git(['ls-files', '-z', '--', ...workspacePathspecs(place)])).stdout.length > 0;
}

export async function uncommittedIn({ git, top, place }: Repository): Promise<Omit<Uncommitted, 'tracked'> & { ignored: string[] }> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignored=traditional', '--no-renames'];
  const lines = parts((await git([...args, '--', ...workspacePathspecs(place)])).stdout);
  const paths = (ignored: boolean) => lines.filter((line) => line.startsWith('!!') === ignored).map((line) => line.slice(3));
  const differing = paths(false);
  const messageFiles = differing.filter((path) => kindOf(inWorkspace(place, path)) !== undefined);
  const blobs = await readBlobs(
    git,
    messageFiles.map((path) => `HEAD:${path}`),
  );
  const now = messageFiles.map((path) => [path, bytesOf(join(top, path))] as const);
  const copies = (path: string, bytes: Buffer | undefined) => (bytes ? copiesIn(inWorkspace(place, path), bytes) : []);
  const changes = changesBetween(
    messageFiles.flatMap((path) => copies(path, blobs.get(`HEAD:${path}`))),
    now.flatMap(([path, bytes]) => copies(path, bytes)),
  );
  return {
    messages: new Set(changes.map(({ uid }) => uid)).size,
    changes,
    files: differing.map((path) => inWorkspace(place, path)),
    ignored: paths(true).map((path) => inWorkspace(place, path)),
  };
}

function bytesOf(file: string): Buffer | undefined {
  try {
    return readRegular(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || isNoRegularFile(error)) return undefined;
    throw error;
  }
}
