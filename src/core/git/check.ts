import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from '../../git/entries.ts';
import type { Repository } from '../../git/repository.ts';
import type { Problem } from '../../message/message.ts';
import { readRegularText } from '../../read-file.ts';
import { kindOf } from '../../store/message-files.ts';
import type { CoreContext } from '../context.ts';
import { driverName, hasAttributes, KINDS, shellWord, withAttributes } from './drivers.ts';
import { repositoryOf, settingsNow } from './setup.ts';

const SET_UP = 'Run "comms git setup".';

/**
 * What keeps git from merging the workspace message by message in this clone, and what a merge left behind.
 * @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
 */
export async function checkGit(ctx: CoreContext): Promise<Problem[]> {
  const repository = await repositoryOf(ctx);
  const file = join(repository.place, '.gitattributes');
  const missing = [...attributeProblems(ctx.workspace.root, file), ...(await driverProblems(ctx, repository))];
  return [
    ...missing,
    ...(await uncommitted(repository, file)),
    ...(await unmerged(repository, missing.length === 0)),
    ...(await tracked(repository)),
    ...(await ignored(repository, ctx.workspace.root)),
  ];
}

/** Where the attributes ask for drivers that the config of this clone lacks: git merges the text then, often with conflicts. */
export async function driverProblems(ctx: CoreContext, repository: Repository): Promise<Problem[]> {
  if (!hasAttributes(attributesIn(ctx.workspace.root))) return [];
  const settings = await settingsNow(repository);
  const missing = KINDS.filter((kind) => !settings.get(`merge.${driverName(kind)}.driver`));
  if (missing.length === 0) return [];
  const message = `git does not know how to merge messages in this clone (${missing.map(driverName).join(', ')})`;
  return [{ severity: 'error', code: 'MERGE_DRIVER_MISSING', message, hint: SET_UP }];
}

function attributeProblems(root: string, file: string): Problem[] {
  const text = attributesIn(root);
  if (withAttributes(text) === text) return [];
  return [{ severity: 'error', code: 'ATTRIBUTES_MISSING', file, message: 'git is not told to merge messages one by one', hint: SET_UP }];
}

async function uncommitted({ git }: Repository, file: string): Promise<Problem[]> {
  const { stdout } = await git(['status', '--porcelain', '--', file]);
  if (stdout.length === 0) return [];
  const hint = `Run: git add ${shellWord(file)} && git commit ${shellWord(file)}`;
  return [{ severity: 'warning', code: 'ATTRIBUTES_NOT_COMMITTED', file, message: 'other clones do not have these attributes yet', hint }];
}

async function unmerged({ git, place }: Repository, isSetUp: boolean): Promise<Problem[]> {
  const { stdout } = await git(['diff', '--name-only', '--diff-filter=U', '-z', '--', place]);
  const files = stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
  const byHand = 'Settle it in an editor, then: git add the file. A block of messages stays whole.';
  const anew = (file: string) =>
    `Let git merge it anew: comms git setup && git checkout -m -- ${shellWord(file)} (then git add it, unless it has markers again)`;
  return files.map((file) => ({
    severity: 'error',
    code: 'MERGE_CONFLICT',
    file,
    message: 'a merge has left this to a person',
    hint: isSetUp ? byHand : anew(file),
  }));
}

async function tracked({ git, place }: Repository): Promise<Problem[]> {
  const { stdout } = await git(['ls-files', '--', `${place}/.state`]);
  if (stdout.length === 0) return [];
  const hint = `Run: git rm -r --cached ${shellWord(`${place}/.state`)}`;
  return [
    { severity: 'error', code: 'STATE_TRACKED', message: `${place}/.state is committed, though it belongs to this machine only`, hint },
  ];
}

/** Files that are there and in no commit, nor ever will be: those that another clone gets would lack them without a word. */
async function ignored({ git, top, place }: Repository, root: string): Promise<Problem[]> {
  const names = readdirSync(root).filter((name) => name === 'config.json' || kindOf(name) !== undefined);
  const paths = names.map((name) => (place === '.' ? name : `${place}/${name}`));
  // Paths that git keeps are not ignored, whatever the patterns say.
  const { stdout } = await git(['check-ignore', '-z', '--stdin'], { stdin: paths.map((path) => `${path}\0`).join(''), allow: [1] });
  const [file, ...others] = parts(stdout);
  if (file === undefined) return [];
  const message = `${others.length === 0 ? 'this file is' : `this and ${others.length} more files of the workspace are`} git-ignored, and in no commit`;
  const hint = `Find out by what: git -C ${shellWord(top)} check-ignore -v ${shellWord(file)}`;
  return [{ severity: 'warning', code: 'GIT_IGNORED', file, message, hint }];
}

function attributesIn(root: string): string {
  const file = join(root, '.gitattributes');
  return existsSync(file) ? readRegularText(file) : '';
}
