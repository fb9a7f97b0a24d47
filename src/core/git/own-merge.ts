import { join } from 'node:path';
import { readBlobs } from '../../git/blobs.ts';
import { parts } from '../../git/entries.ts';
import { abortOwnMerge, isOwnMerge } from '../../git/merge.ts';
import type { Repository } from '../../git/repository.ts';
import { underWay } from '../../git/under-way.ts';
import { inWorkspace, workspacePathspecs } from '../../git/workspace-paths.ts';
import { uidOf } from '../../message/uid.ts';
import { readRegular } from '../../read-file.ts';
import { kindOf } from '../../store/message-files.ts';
import type { Copy } from '../../store/store.ts';
import type { CoreContext } from '../context.ts';
import { copiesIn } from './copies-in.ts';

/**
 * Takes back the merge that a sync left when it was killed over a conflict. Messages that came into the files since are
 * put back afterwards. Does nothing where the merge is somebody's. For who has the committers' lock.
 */
export async function endOwnMerge(ctx: CoreContext, repository: Repository): Promise<void> {
  if (underWay(repository) !== 'merge' || !(await isOwnMerge(repository))) return;
  const late = await ctx.store.exclusively(async () => {
    const [now, ...known] = await Promise.all([copiesNow(repository), copiesAt(repository, 'HEAD'), copiesAt(repository, 'MERGE_HEAD')]);
    const uids = new Set(known.flat().map(keyOf));
    await abortOwnMerge(repository);
    return now.filter((copy) => !uids.has(keyOf(copy)));
  });
  if (late.length > 0) await ctx.store.restore({ copies: late, lastNumber: 0 });
}

async function copiesNow({ git, top, place }: Repository): Promise<Copy[]> {
  const { stdout } = await git(['ls-files', '-z', '-c', '-o', '--exclude-standard', '--deduplicate', '--', ...workspacePathspecs(place)]);
  const files = parts(stdout).filter((path) => kindOf(inWorkspace(place, path)) !== undefined);
  const texts = files.map((path) => [path, bytesOf(join(top, path))] as const);
  return texts.flatMap(([path, bytes]) => (bytes ? copiesIn(inWorkspace(place, path), bytes) : []));
}

function bytesOf(file: string): Buffer | undefined {
  try {
    return readRegular(file);
  } catch {
    return undefined;
  }
}

async function copiesAt({ git, place }: Repository, revision: string): Promise<Copy[]> {
  const { stdout } = await git(['ls-tree', '-r', '-z', '--name-only', revision, '--', place]);
  const files = parts(stdout).filter((path) => kindOf(inWorkspace(place, path)) !== undefined);
  const blobs = await readBlobs(
    git,
    files.map((path) => `${revision}:${path}`),
  );
  return [...blobs].flatMap(([name, bytes]) => copiesIn(inWorkspace(place, name.slice(revision.length + 1)), bytes));
}

function keyOf({ inbox, message }: Copy): string {
  return `${inbox}\0${uidOf(message)}`;
}
