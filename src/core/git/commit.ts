import { CommsError } from '../../errors.ts';
import { alignIndex } from '../../git/align-index.ts';
import { conflictsIn } from '../../git/entries.ts';
import { type Head, headOf } from '../../git/head.ts';
import { makeCommit, moveHead } from '../../git/make-commit.ts';
import type { Repository } from '../../git/repository.ts';
import { type Snapshot, snapshot } from '../../git/snapshot.ts';
import { changedFiles } from '../../git/trees.ts';
import { inWorkspace, workspacePathspecs } from '../../git/workspace-paths.ts';
import type { CoreContext } from '../context.ts';
import { changesBetween } from './changes.ts';
import { commitMessage } from './commit-message.ts';
import { copiesIn } from './copies-in.ts';
import { endOwnMerge } from './own-merge.ts';
import { refuseConflicts, refuseDetached, refuseReadOnly, refuseWhileUnderWay, repositoryOf } from './repository.ts';
import type { CommitRequest, Committed } from './requests.ts';
import { uncommittedIn } from './uncommitted.ts';

/** How often a commit starts again because the branch moved meanwhile. */
const MOST_TRIES = 8;
/** How long a git that has the index is waited for. */
const INDEX_WAIT_MS = 10_000;

/**
 * Commits the files of the workspace, and no others: what else is staged or changed stays as it is. The files are read
 * while nobody writes, so that no write is committed by half. Committers come one after another. No hooks are run; the
 * commit is signed where commit.gpgsign says so.
 * @throws MERGE_UNDER_WAY, DETACHED_HEAD, NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING, NOT_WRITABLE, LOCK_TIMEOUT
 */
export async function commitWorkspace(ctx: CoreContext, { message, dryRun = false }: CommitRequest = {}): Promise<Committed> {
  const repository = await repositoryOf(ctx);
  if (dryRun) return preview(repository, message);
  refuseReadOnly(repository);
  const work = () => commitAlone(ctx, repository, { message, still: (read) => ctx.store.exclusively(read) });
  return ctx.committer ? ctx.committer.alone(work) : work();
}

export interface CommitParts {
  message?: string | undefined;
  /** Keeps the workspace's files as they are while they are read. */
  still: (read: () => Promise<void>) => Promise<void>;
}

/** The same for who has the committers' lock. */
export async function commitAlone(ctx: CoreContext, repository: Repository, parts: CommitParts): Promise<Committed> {
  await endOwnMerge(ctx, repository);
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const committed = await tryOnce(ctx, repository, parts);
    if (committed) return committed;
  }
  throw new CommsError('GIT_FAILED', `The branch moved ${MOST_TRIES} times while the workspace was being committed.`, {
    hint: 'Try again when less is going on.',
  });
}

/** Undefined where the branch moved meanwhile. */
async function tryOnce(ctx: CoreContext, repository: Repository, { message, still }: CommitParts): Promise<Committed | undefined> {
  const { git, place } = repository;
  refuseWhileUnderWay(repository);
  const head = await headOf(git);
  refuseDetached(head);
  const pathspecs = workspacePathspecs(place);
  refuseConflicts(await conflictsIn(git, pathspecs));
  const indexFile = ctx.committer?.newIndexFile() ?? `${repository.gitDir}/comms-index-${ctx.newUid()}`;
  const taken = await snapshot(repository, { base: head.commit, pathspecs, indexFile, still });
  const committed = await described(repository, head, taken, message);
  if (committed.files.length === 0) return committed;
  const commit = await makeCommit(git, { tree: taken.tree, parent: head.commit, message: textOf(committed) });
  // The index first: killed in between, the files are merely staged. The other way round the next commit of
  // somebody else would take the messages back.
  await alignIndex(git, { pathspecs, entries: taken.entries, waitMs: INDEX_WAIT_MS });
  refuseWhileUnderWay(repository);
  const why = `commit${head.commit === undefined ? ' (initial)' : ''}: ${committed.subject}`;
  if (!(await moveHead(git, { from: head.commit, to: commit, why }))) return undefined;
  return { commit, ...(head.branch !== undefined && { branch: head.branch }), ...committed };
}

async function described(repository: Repository, head: Head, { tree, ignored }: Snapshot, own: string | undefined): Promise<Committed> {
  const { git, place } = repository;
  const changed = await changedFiles(git, head.commit, tree);
  const inFile = (path: string, bytes: Buffer | undefined) => (bytes ? copiesIn(inWorkspace(place, path), bytes) : []);
  const changes = changesBetween(
    changed.flatMap(({ path, before }) => inFile(path, before)),
    changed.flatMap(({ path, after }) => inFile(path, after)),
  );
  const files = changed.map(({ path }) => inWorkspace(place, path));
  const text = files.length === 0 ? { subject: '', body: '' } : commitMessage(changes, files, own);
  return { ...text, changes, files, ignored: ignored.map((path) => inWorkspace(place, path)) };
}

async function preview(repository: Repository, own: string | undefined): Promise<Committed> {
  refuseWhileUnderWay(repository);
  refuseDetached(await headOf(repository.git));
  const { changes, files, ignored } = await uncommittedIn(repository);
  return { ...(files.length === 0 ? { subject: '', body: '' } : commitMessage(changes, files, own)), changes, files, ignored };
}

function textOf({ subject, body }: Committed): string {
  return body === '' ? `${subject}\n` : `${subject}\n\n${body}\n`;
}
