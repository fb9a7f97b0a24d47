import { CommsError } from '../../errors.ts';
import { type Commit, commitsTouching, movedFrom, shallowEnds } from '../../git/commits.ts';
import type { Repository } from '../../git/repository.ts';
import { commitAt, headCommit } from '../../git/revisions.ts';
import { uidOf } from '../../message/uid.ts';
import type { CoreContext } from '../context.ts';
import { differences, eventsOf, newlyBroken } from './differences.ts';
import type { Log, LogEntry, LogRequest } from './history-requests.ts';
import { type Choice, chosenBy } from './life.ts';
import { keptInFiles, utc, withVersions } from './opened.ts';
import { repositoryOf } from './repository.ts';
import { snapshotAt, snapshotNow } from './snapshots.ts';
import type { Version, Versions } from './versions.ts';
import { type Told, walk } from './walk.ts';

/**
 * What happened to messages, commit by commit, newest first, and what is not committed yet. Takes time in proportion to
 * the commits. @throws NOT_A_REPOSITORY, UNKNOWN_REVISION, GIT_FAILED, GIT_MISSING
 */
export async function log(ctx: CoreContext, request: LogRequest = {}): Promise<Log> {
  const repository = await repositoryOf(ctx);
  const head = await headCommit(repository);
  const notIn = request.after === undefined ? undefined : await commitAt(repository, request.after);
  const commits = head === undefined ? [] : await commitsTouching(repository, head, { notIn, since: request.since });
  return withVersions(repository, async (versions) => {
    const now = keptInFiles(ctx) ? await snapshotNow(ctx.workspace.root, versions) : undefined;
    const followed = new Set(uidsNow(now, request));
    const choose = chosenBy(request, followed);
    const search = { repository, versions, commits, choose, request };
    // Its newer events are known for its own when its uid is.
    if (request.id !== undefined && followed.size === 0) await entriesOf({ ...search, request: { id: request.id, limit: 1 } });
    // What is newest comes first, since a message is followed from its last id to its first.
    const beyond = now && (await uncommitted(await snapshotAt(repository, versions, head), now, choose));
    const { entries, more, end } = await entriesOf(search);
    if (request.id !== undefined && followed.size === 0) throw notInHistory(request.id);
    const whole = !more && notIn === undefined && request.since === undefined;
    const moved = whole && end && !end.shallow ? await movedFrom(repository, end.commit) : undefined;
    return {
      entries: moved === undefined ? entries : entries.map((entry) => (entry.commit === end?.commit.oid ? arrival(entry) : entry)),
      ...(beyond && { uncommitted: beyond }),
      more,
      ...(end?.shallow && { shallow: end.commit.oid }),
      ...(moved !== undefined && { movedFrom: moved }),
    };
  });
}

/** The messages that the id stands for today. */
function uidsNow(now: Version | undefined, { id }: LogRequest): string[] {
  return (now?.copies ?? []).flatMap(({ message }) => (message.id === id ? [uidOf(message)] : []));
}

function notInHistory(id: string): CommsError {
  return new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id}, and there was none in the commits that were looked at.`, {
    hint: 'Run "comms log" to see what happened, or "comms search TEXT" to find a message by what it says.',
    details: { id },
  });
}

async function uncommitted(committed: Version, now: Version, choose: Choice): Promise<NonNullable<Log['uncommitted']>> {
  return { events: choose(eventsOf(differences(committed, now))), problems: newlyBroken(committed, now) };
}

interface Search {
  repository: Repository;
  versions: Versions;
  commits: readonly Commit[];
  choose: Choice;
  request: LogRequest;
}

interface Found {
  entries: LogEntry[];
  more: boolean;
  /** The oldest commit that was looked at, where nothing is left. */
  end: { commit: Commit; shallow: boolean } | undefined;
}

async function entriesOf({ repository, versions, commits, choose, request }: Search): Promise<Found> {
  const { limit = Number.POSITIVE_INFINITY, id, agent, types = [] } = request;
  const narrowed = id !== undefined || agent !== undefined || types.length > 0;
  const shallow = shallowEnds(repository);
  const entries: LogEntry[] = [];
  let end: Found['end'];
  for await (const one of walk({ repository, versions, commits, shallow })) {
    if (entries.length >= limit) return { entries, more: true, end: undefined };
    end = { commit: one.commit, shallow: shallow.has(one.commit.oid) };
    const entry = entryOf(one, choose);
    const says = narrowed ? entry.events.length : entry.events.length + entry.files.length + entry.problems.length;
    if (says > 0) entries.push(entry);
  }
  return { entries, more: false, end };
}

function entryOf({ commit, differences: found, files, problems }: Told, choose: Choice): LogEntry {
  const { oid, author, time, subject } = commit;
  return { commit: oid, author, time: utc(time), subject, events: choose(eventsOf(found)), files, problems };
}

/** Everything appears in the commit that moved the workspace here; it happened elsewhere. */
function arrival(entry: LogEntry): LogEntry {
  return { ...entry, events: [] };
}
