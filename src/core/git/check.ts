import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../../git/repository.ts';
import type { Problem } from '../../message/message.ts';
import type { CoreContext } from '../context.ts';
import { driverName, hasAttributes, KINDS, withAttributes } from './drivers.ts';
import { repositoryOf, settingsNow } from './setup.ts';

const SET_UP = 'Run "comms git setup".';

/**
 * What keeps git from merging the workspace message by message in this clone, and what a merge left behind.
 * @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
 */
export async function checkGit(ctx: CoreContext): Promise<Problem[]> {
  const repository = await repositoryOf(ctx);
  const file = join(repository.place, '.gitattributes');
  return [
    ...attributeProblems(ctx.workspace.root, file),
    ...(await driverProblems(ctx, repository)),
    ...(await uncommitted(repository, file)),
    ...(await unmerged(repository)),
    ...(await tracked(repository)),
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
  const hint = `Run: git add ${file} && git commit ${file}`;
  return [{ severity: 'warning', code: 'ATTRIBUTES_NOT_COMMITTED', file, message: 'other clones do not have these attributes yet', hint }];
}

async function unmerged({ git, place }: Repository): Promise<Problem[]> {
  const { stdout } = await git(['diff', '--name-only', '--diff-filter=U', '-z', '--', place]);
  const files = stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
  const hint = 'Settle it in an editor, then: git add the file. A block of messages stays whole.';
  return files.map((file) => ({ severity: 'error', code: 'MERGE_CONFLICT', file, message: 'a merge has left this to a person', hint }));
}

async function tracked({ git, place }: Repository): Promise<Problem[]> {
  const { stdout } = await git(['ls-files', '--', `${place}/.state`]);
  if (stdout.length === 0) return [];
  const hint = `Run: git rm -r --cached ${place}/.state`;
  return [
    { severity: 'error', code: 'STATE_TRACKED', message: `${place}/.state is committed, though it belongs to this machine only`, hint },
  ];
}

function attributesIn(root: string): string {
  const file = join(root, '.gitattributes');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
