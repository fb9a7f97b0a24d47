import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError } from '../../errors.ts';
import { headOf } from '../../git/head.ts';
import { isAncestor, mergeCommit } from '../../git/merge.ts';
import { fetchTip, pushHead, type Target, targetOf } from '../../git/remote.ts';
import type { Repository } from '../../git/repository.ts';
import { changedFiles } from '../../git/trees.ts';
import { inWorkspace, workspacePathspecs } from '../../git/workspace-paths.ts';
import type { CoreContext } from '../context.ts';
import { type Change, changesBetween } from './changes.ts';
import { commitAlone } from './commit.ts';
import { copiesIn } from './copies-in.ts';
import { endOwnMerge } from './own-merge.ts';
import { refuseDetached, refuseReadOnly, refuseWhileUnderWay, repositoryOf } from './repository.ts';
import type { Synced, SyncRequest } from './requests.ts';

/** How often a remote that moved is tried again, and the waits between, in ms: each twice the one before. */
const MOST_TRIES = 25;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/**
 * Commits the workspace, merges what the remote has, and pushes the branch, again and again while the remote moves. Who is
 * killed over it leaves nothing that the next sync does not go on from. Changes outside the workspace stay as they are.
 * @throws MERGE_CONFLICT where a person must decide; what `commitWorkspace` throws; USAGE where no remote is meant
 */
export async function syncWorkspace(ctx: CoreContext, request: SyncRequest = {}): Promise<Synced> {
  const repository = await repositoryOf(ctx);
  refuseReadOnly(repository);
  const work = () => syncAlone(ctx, repository, request);
  return ctx.committer ? ctx.committer.alone(work) : work();
}

async function syncAlone(ctx: CoreContext, repository: Repository, request: SyncRequest): Promise<Synced> {
  const { git } = repository;
  await endOwnMerge(ctx, repository);
  refuseWhileUnderWay(repository);
  const head = await headOf(git);
  refuseDetached(head);
  const target = await targetOf(git, head.branch ?? '', request);
  const before = await commitAlone(ctx, repository, { still: (read) => ctx.store.exclusively(read) });
  const received: Change[] = [];
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    request.signal?.throwIfAborted();
    const tip = await fetchTip(git, target, request.signal);
    if (tip !== undefined) received.push(...(await take(ctx, repository, { tip, target, reconcile: request.reconcile })));
    const at = (await headOf(git)).commit;
    const done = { ...before, remote: target.remote, remote_branch: target.branch, head: at, received };
    if (at === undefined || at === tip) return { ...done, pushed: false };
    if (await pushHead(git, target, request.signal)) return { ...done, pushed: true };
    await pause(tries, request.signal);
  }
  throw new CommsError('GIT_FAILED', `${target.name} moved each of the ${MOST_TRIES} times that this was to be pushed to it.`, {
    hint: 'Everything is committed here and merged with what was there; run "comms sync" again when less is going on.',
  });
}

/** Merges a commit of the remote where it is news. Answers with what it brought. */
async function take(
  ctx: CoreContext,
  repository: Repository,
  { tip, target, reconcile }: { tip: string; target: Target; reconcile: SyncRequest['reconcile'] },
): Promise<Change[]> {
  const { git } = repository;
  const at = (await headOf(git)).commit;
  if (at !== undefined && (await isAncestor(repository, tip, at))) return [];
  let from: string | undefined;
  // Nobody writes while git puts other files in place, and what was written up to now is in a commit.
  await ctx.store.exclusively(async () => {
    await commitAlone(ctx, repository, { still: (read) => read() });
    from = (await headOf(git)).commit;
    await mergeCommit(repository, { tip, message: `comms: merge ${target.name}` });
  });
  const received = await changesTo(repository, from, 'HEAD');
  // Git calls the driver only for files that both sides changed; what they did to one another is settled over all of them.
  await (reconcile ?? (() => ctx.store.check({ reconcile: true })))();
  // What is derived from all messages follows from those of both sides now.
  await commitAlone(ctx, repository, { still: (read) => ctx.store.exclusively(read) });
  return received;
}

async function changesTo({ git, place }: Repository, from: string | undefined, to: string): Promise<Change[]> {
  const changed = await changedFiles(git, from, to, workspacePathspecs(place));
  const copies = (path: string, bytes: Buffer | undefined) => (bytes ? copiesIn(inWorkspace(place, path), bytes) : []);
  return changesBetween(
    changed.flatMap(({ path, before }) => copies(path, before)),
    changed.flatMap(({ path, after }) => copies(path, after)),
  );
}

async function pause(tries: number, signal: AbortSignal | undefined): Promise<void> {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  await sleep(most * (0.5 + Math.random() / 2), undefined, signal && { signal });
}
