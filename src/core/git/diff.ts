import { CommsError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { commitAt, headCommit, mergeBase } from '../../git/revisions.ts';
import type { Copy } from '../../store/store.ts';
import type { CoreContext } from '../context.ts';
import { type Difference, differences, newlyBroken } from './differences.ts';
import type { CopyState, Diff, DiffRequest, MessageDiff } from './history-requests.ts';
import { differingPaths } from './json-paths.ts';
import { keptInFiles, withVersions } from './opened.ts';
import { repositoryOf } from './repository.ts';
import { snapshotAt, snapshotNow } from './snapshots.ts';

/**
 * What differs between two revisions, or between one and what lies in the workspace now, copy by copy.
 * @throws UNKNOWN_REVISION, NOT_A_REPOSITORY, USAGE where there is no working tree to compare with
 */
export async function diff(ctx: CoreContext, request: DiffRequest = {}): Promise<Diff> {
  const repository = await repositoryOf(ctx);
  if (request.to === undefined && !keptInFiles(ctx)) throw inDatabase();
  const { from, to } = await ends(repository, request);
  return withVersions(repository, async (versions) => {
    const before = await snapshotAt(repository, versions, from);
    const after = request.to === undefined ? await snapshotNow(ctx.workspace.root, versions) : await snapshotAt(repository, versions, to);
    return { from, to, messages: byCopy(differences(before, after)).map(diffOf), problems: newlyBroken(before, after) };
  });
}

async function ends(repository: Repository, { from, to, symmetric = false }: DiffRequest): Promise<Pick<Diff, 'from' | 'to'>> {
  // Before the first commit there is no HEAD, and everything is new.
  const start = from === undefined ? await headCommit(repository) : await commitAt(repository, from);
  const end = to === undefined ? undefined : await commitAt(repository, to);
  if (!symmetric || start === undefined || end === undefined) return { from: start, to: end };
  return { from: await mergeBase(repository, start, end), to: end };
}

/** Several things may have happened to one copy. */
function byCopy(found: readonly Difference[]): [Difference, ...Difference[]][] {
  const groups = new Map<string, [Difference, ...Difference[]]>();
  for (const one of found) {
    const { inbox, uid, id } = one.change;
    const key = `${inbox}\0${uid}\0${id}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

function diffOf(steps: readonly [Difference, ...Difference[]]): MessageDiff {
  const [{ change, before, after }] = steps;
  const { id, previousId, uid, inbox, type, sender } = change;
  return {
    what: before === undefined ? 'new' : after === undefined ? 'gone' : 'changed',
    id,
    ...(previousId !== undefined && { previousId }),
    uid,
    inbox,
    type,
    sender,
    subject: (after ?? before)?.message.subject ?? '',
    ...(before && { before: stateOf(before) }),
    ...(after && { after: stateOf(after) }),
    steps: steps.map(({ change: { kind } }) => kind),
    paths: before && after ? differingPaths(before.message, after.message) : [],
  };
}

function stateOf({ section, message }: Copy): CopyState {
  return { status: message.status, section };
}

function inDatabase(): CommsError {
  return new CommsError('USAGE', 'The messages of this workspace lie in a database, which git does not see.', {
    hint: 'Compare two revisions from before: comms diff A..B. Or write the messages into files: comms export DIR',
  });
}
