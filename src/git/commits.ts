import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';
import { isFile } from './tree.ts';

export interface Commit {
  oid: string;
  parents: string[];
  author: string;
  /** When it was written, ISO 8601 with an offset. */
  time: string;
  subject: string;
}

export interface CommitQuery {
  /** Only what this commit does not have. */
  notIn?: string | undefined;
  /** Committed at or after this, in ms since the epoch. */
  since?: number | undefined;
}

/** A file of the workspace that differs between two commits; an oid that is undefined says that there was no file. */
export interface FileChange {
  /** Relative to the workspace. */
  file: string;
  before: string | undefined;
  after: string | undefined;
}

/** Whatever somebody's configuration says. */
const LOG = [
  '-c',
  'log.showSignature=false',
  '-c',
  'log.follow=false',
  'log',
  '-z',
  '--encoding=UTF-8',
  '--format=tformat:%H%x00%P%x00%aN%x00%aI%x00%s',
];
const FIELDS = 5;

/** The commits up to `head` that touched the workspace, newest first, those of merged branches too. */
export async function commitsTouching({ git, place }: Repository, head: string, { notIn, since }: CommitQuery = {}): Promise<Commit[]> {
  const { stdout } = await git(
    [
      ...LOG,
      '--full-history',
      ...(since === undefined ? [] : [`--since=${new Date(since).toISOString()}`]),
      '--end-of-options',
      head,
      ...(notIn === undefined ? [] : [`^${notIn}`]),
      '--',
      place,
    ],
    { env: { GIT_LITERAL_PATHSPECS: '1' } },
  );
  return commitsIn(stdout);
}

/** One commit, by its whole name. */
export async function commitNamed({ git }: Pick<Repository, 'git'>, oid: string): Promise<Commit> {
  const { stdout } = await git([...LOG, '--max-count=1', '--end-of-options', oid]);
  const [commit] = commitsIn(stdout);
  return commit ?? { oid, parents: [], author: '', time: '', subject: '' };
}

function commitsIn(stdout: Buffer): Commit[] {
  const fields = stdout.toString('utf8').split('\0');
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, n) => {
    const [oid = '', parents = '', author = '', time = '', subject = ''] = fields.slice(n * FIELDS, (n + 1) * FIELDS);
    return { oid, parents: parents === '' ? [] : parents.split(' '), author, time, subject };
  });
}

/** What differs between each commit and the parent beside it, in the order of the pairs. Without a parent it is all of it. */
export async function fileChanges(
  { git, place }: Repository,
  pairs: readonly { commit: string; parent: string | undefined }[],
): Promise<FileChange[][]> {
  if (pairs.length === 0) return [];
  const stdin = pairs.map(({ commit, parent }) => `${commit}${parent === undefined ? '' : ` ${parent}`}\n`).join('');
  const options = ['--stdin', '--always', '--root', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=all'];
  const { stdout } = await git(['diff-tree', ...options, '--', place], { stdin, env: { GIT_LITERAL_PATHSPECS: '1' } });
  const found: FileChange[][] = [];
  const fields = stdout.toString('utf8').split('\0');
  for (let n = 0; n < fields.length; n += 1) {
    const field = fields[n] ?? '';
    if (!field.startsWith(':')) {
      if (field !== '') found.push([]);
      continue;
    }
    n += 1;
    const change = changeOf(field, fields[n] ?? '', place);
    if (change) found.at(-1)?.push(change);
  }
  return found;
}

/** The commits at which a shallow clone ends: their parents are not there. */
export function shallowEnds({ commonDir }: Pick<Repository, 'commonDir'>): Set<string> {
  const file = join(commonDir, 'shallow');
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
}

/** Where the workspace lay before this commit, if the commit moved it here; relative to the top. */
export async function movedFrom({ git, place }: Repository, { oid, parents }: Commit): Promise<string | undefined> {
  if (parents[0] === undefined) return undefined;
  const { stdout } = await git(['diff-tree', '-r', '-M', '--diff-filter=R', '--name-status', '-z', parents[0], oid]);
  const fields = stdout.toString('utf8').split('\0');
  for (let n = 0; n + 2 < fields.length; n += 3) {
    const [from = '', to = ''] = [fields[n + 1], fields[n + 2]];
    const name = inPlace(to, place);
    if (name === undefined || inPlace(from, place) !== undefined || !(from === name || from.endsWith(`/${name}`))) continue;
    return from === name ? '.' : from.slice(0, -name.length - 1);
  }
  return undefined;
}

function changeOf(raw: string, path: string, place: string): FileChange | undefined {
  const [modeBefore = '', modeAfter = '', before, after] = raw.slice(1).split(' ');
  const file = inPlace(path, place);
  if (file === undefined) return undefined;
  return { file, before: isFile(modeBefore) ? before : undefined, after: isFile(modeAfter) ? after : undefined };
}

/** A path of the repository as one of the workspace. */
function inPlace(path: string, place: string): string | undefined {
  if (place === '.') return path;
  return path.startsWith(`${place}/`) ? path.slice(place.length + 1) : undefined;
}
