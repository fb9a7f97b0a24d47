import { CommsError } from '../../errors.ts';
import { commitNamed } from '../../git/commits.ts';
import type { Repository } from '../../git/repository.ts';
import { commitAt } from '../../git/revisions.ts';
import { uidOf } from '../../message/uid.ts';
import type { Copy } from '../../store/store.ts';
import type { CoreContext } from '../context.ts';
import { placeOf } from '../find.ts';
import { bySection } from '../messages.ts';
import type { ShowAtRequest, ShownAt } from './history-requests.ts';
import { utc, withVersions } from './opened.ts';
import { repositoryOf } from './repository.ts';
import { snapshotAt } from './snapshots.ts';

/**
 * A message as it was in a commit: the one that had this id then, else the one that has it now and had another then.
 * @throws UNKNOWN_REVISION, NOT_A_REPOSITORY, and MESSAGE_NOT_FOUND with where it is now
 */
export async function showAt(ctx: CoreContext, { id, revision, inbox }: ShowAtRequest): Promise<ShownAt> {
  const repository = await repositoryOf(ctx);
  const commit = await commitAt(repository, revision);
  const { copies } = await withVersions(repository, (versions) => snapshotAt(repository, versions, commit));
  const now = await ctx.store.find(id);
  const uids = new Set(now.map(({ message }) => uidOf(message)));
  const inPlace = copies.filter((copy) => inbox === undefined || copy.inbox === inbox);
  const named = inPlace.filter(({ message }) => message.id === id);
  const [copy, ...others] = (named.length > 0 ? named : inPlace.filter(({ message }) => uids.has(uidOf(message)))).sort(bySection);
  if (!copy) throw notThen({ id, revision, commit }, now);
  return { message: copy.message, place: placeOf(copy), others: others.map(placeOf), ...(await madeBy(repository, commit)) };
}

async function madeBy(repository: Repository, oid: string): Promise<Pick<ShownAt, 'commit' | 'author' | 'time'>> {
  const { author, time } = await commitNamed(repository, oid);
  return { commit: oid, author, time: utc(time) };
}

function notThen({ id, revision, commit }: { id: string; revision: string; commit: string }, now: readonly Copy[]): CommsError {
  const places = now.map(placeOf);
  const where = now.map(({ inbox, section, message }) => `${inbox} (${section === 'active' ? message.status : section})`).join(', ');
  return new CommsError('MESSAGE_NOT_FOUND', `There was no message ${id} at ${JSON.stringify(revision)} (${commit.slice(0, 10)}).`, {
    hint:
      places.length > 0
        ? `It is there now, in ${where}; "comms log ${id}" tells its life.`
        : `"comms log ${id}" looks through all of history.`,
    details: { id, revision, commit, now: places },
  });
}
