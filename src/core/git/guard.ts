import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommsError } from '../../errors.ts';
import { readBlobs } from '../../git/blobs.ts';
import { parts } from '../../git/entries.ts';
import type { Git } from '../../git/git.ts';
import { type Repository, repositoryAt } from '../../git/repository.ts';
import { inWorkspace } from '../../git/workspace-paths.ts';
import type { Problem } from '../../message/message.ts';
import { kindOf } from '../../store/message-files.ts';
import { agentOf } from '../agents.ts';
import type { CoreContext } from '../context.ts';
import { inspectText } from '../inspect.ts';
import { listReservations } from '../reservations.ts';
import { repositoryOf } from './repository.ts';
import type { Guarded, GuardRequest } from './requests.ts';

const READ_AS_TEXT = ['config.json', 'status.json', 'plan.json', 'reservations.json'];

/**
 * What is wrong with the commit that is staged in the working tree of `cwd`, for a pre-commit hook: files of the workspace
 * that nobody could read, and files that other agents have reserved. Changes nothing. @throws NOT_A_REPOSITORY, USAGE where the
 * working tree is not one of the workspace's repository, UNKNOWN_AGENT
 */
export async function guardCommit(ctx: CoreContext, { cwd, agent, indexFile, env }: GuardRequest): Promise<Guarded> {
  const holder = agent === undefined ? undefined : agentOf(ctx, agent);
  const [home, here] = await Promise.all([repositoryOf(ctx), repositoryAt(cwd, env && { env })]);
  if (home.commonDir !== here.commonDir) {
    throw new CommsError('USAGE', `The workspace ${ctx.workspace.root} belongs to another repository than ${here.top}.`, {
      hint: 'Run it in the repository that the workspace lies in.',
    });
  }
  const git: Git = (args, options) =>
    here.git(args, { ...options, env: { ...options?.env, ...(indexFile !== undefined && { GIT_INDEX_FILE: indexFile }) } });
  const staged = await stagedAgainst(git, undefined);
  const others = await Promise.all((await mergedHeads(here)).map((head) => stagedAgainst(git, head)));
  // What a merge takes over from the other side as it is was committed there, by whoever might.
  const own = staged.filter((path) => others.every((paths) => paths.includes(path)));
  const isOurs = (path: string) => home.place === '.' || path.startsWith(`${home.place}/`);
  const [problems, { meetings }] = await Promise.all([
    problemsIn(ctx, git, staged.filter(isOurs), home.place),
    listReservations(ctx, { files: own.filter((path) => home.place === '.' || !isOurs(path)) }),
  ]);
  return { staged, problems, meetings: meetings.filter(({ reservation }) => reservation.agent !== holder) };
}

/** The paths in which the index differs from a commit, else from HEAD. */
async function stagedAgainst(git: Git, commit: string | undefined): Promise<string[]> {
  const against = commit === undefined ? [] : [commit];
  return parts((await git(['diff', '--cached', '--name-only', '--no-renames', '--no-ext-diff', '-z', ...against, '--'])).stdout);
}

/** What is being merged into HEAD. */
async function mergedHeads({ gitDir }: Repository): Promise<string[]> {
  const text = await readFile(join(gitDir, 'MERGE_HEAD'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => /^[0-9a-f]{40,64}$/.test(line));
}

/** What `comms validate` says of the staged bytes, whatever the working tree holds. */
async function problemsIn(ctx: CoreContext, git: Git, paths: readonly string[], place: string): Promise<Problem[]> {
  const files = paths.filter((path) => kindOf(inWorkspace(place, path)) !== undefined || READ_AS_TEXT.includes(inWorkspace(place, path)));
  const blobs = await readBlobs(
    git,
    files.map((path) => `:${path}`),
  );
  const found = await Promise.all(
    [...blobs].map(([name, bytes]) =>
      inspectText(bytes, {
        file: inWorkspace(place, name.slice(1)),
        ...(ctx.validateOwnType && { validateOwnType: ctx.validateOwnType }),
      }),
    ),
  );
  return found.flat();
}
