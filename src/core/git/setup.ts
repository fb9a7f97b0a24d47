import { chmod, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CommsError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { readRegularTextIfThere } from '../../read-file.ts';
import type { CoreContext } from '../context.ts';
import { driverName, driverSettings, KINDS, withAttributes, withoutAttributes } from './drivers.ts';
import { HOOKS, isEmptyHook, withHook, withoutHook } from './hooks.ts';
import type { GitSetup, GitSetupRequest } from './setup-requests.ts';

/**
 * Lets git merge the files of a workspace message by message: attributes in the workspace, which are to be committed, the
 * driver in the config of this clone, and hooks where they are wanted. What is there already stays.
 * @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
 */
export async function setUpGit(ctx: CoreContext, { program = [], hooks = false }: GitSetupRequest = {}): Promise<GitSetup> {
  const repository = await repositoryOf(ctx);
  const { root } = ctx.workspace;
  return {
    repository: repository.top,
    attributes: await editAttributes(repository, root, withAttributes),
    drivers: await setDrivers(repository, program),
    hooks: hooks ? await editHooks(repository, (text) => withHook(text, { program, place: repository.place })) : [],
  };
}

/** Takes out what `setUpGit` put in, and nothing else. */
export async function removeFromGit(ctx: CoreContext): Promise<GitSetup> {
  const repository = await repositoryOf(ctx);
  return {
    repository: repository.top,
    attributes: await editAttributes(repository, ctx.workspace.root, withoutAttributes),
    drivers: await unsetDrivers(repository),
    hooks: await editHooks(repository, (text) => (text === undefined ? undefined : withoutHook(text))),
  };
}

/** @throws NOT_A_REPOSITORY */
export async function repositoryOf({ repositoryOf: find, workspace }: CoreContext): Promise<Repository> {
  if (find) return find();
  throw new CommsError('NOT_A_REPOSITORY', `The workspace ${workspace.root} lies in no git working tree.`, {
    hint: 'Run "git init" there, or use the workspace of a repository.',
  });
}

/** The settings of our drivers in this clone's config. */
export async function settingsNow({ git }: Repository): Promise<Map<string, string>> {
  const { stdout } = await git(['config', '--local', '-z', '--get-regexp', '^merge\\.comms-'], { allow: [1] });
  const entries = stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n') + 1)]));
}

async function editAttributes({ top }: Repository, root: string, edit: (text: string) => string): Promise<GitSetup['attributes']> {
  const file = join(root, '.gitattributes');
  const before = readRegularTextIfThere(file) ?? '';
  const after = edit(before);
  if (after !== before) await writeUnlinked(file, after);
  return { file: relative(top, file), changed: after !== before };
}

/** Another branch may bring a link in the file's place, which would lead the text out of the workspace. */
async function writeUnlinked(file: string, text: string): Promise<void> {
  if ((await lstat(file).catch(() => undefined))?.isSymbolicLink()) {
    throw new CommsError('UNSAFE_PATH', `${file} is a symbolic link.`, { hint: 'Make it a file.', details: { file } });
  }
  await writeFile(file, text);
}

async function setDrivers(repository: Repository, program: readonly string[]): Promise<GitSetup['drivers']> {
  const now = await settingsNow(repository);
  const wanted = driverSettings(program).filter(([name, value]) => now.get(name) !== value);
  for (const [name, value] of wanted) await repository.git(['config', '--local', '--replace-all', name, value]);
  return { changed: wanted.length > 0 };
}

async function unsetDrivers(repository: Repository): Promise<GitSetup['drivers']> {
  const now = [...(await settingsNow(repository)).keys()];
  const ours = KINDS.map(driverName).filter((name) => now.some((key) => key.startsWith(`merge.${name}.`)));
  for (const name of ours) await repository.git(['config', '--local', '--remove-section', `merge.${name}`]);
  return { changed: ours.length > 0 };
}

type HookEdit = (text: string | undefined) => string | undefined;

async function editHooks(repository: Repository, edit: HookEdit): Promise<GitSetup['hooks']> {
  const { stdout } = await repository.git(['rev-parse', '--git-path', 'hooks']);
  const directory = resolve(repository.top, stdout.toString('utf8').trim());
  const outcomes: GitSetup['hooks'] = [];
  for (const name of HOOKS) outcomes.push({ name, ...(await editHook(join(directory, name), repository, edit)) });
  return outcomes;
}

async function editHook(file: string, { commonDir }: Repository, edit: HookEdit): Promise<Omit<GitSetup['hooks'][number], 'name'>> {
  // Where core.hooksPath leads out of the repository, or into files that are committed, hooks are somebody else's.
  if (relative(commonDir, file).startsWith('..')) return { state: 'skipped', reason: `core.hooksPath leads to ${file}` };
  const before = readRegularTextIfThere(file);
  const after = edit(before);
  if (after === undefined) return before === undefined ? { state: 'kept' } : { state: 'skipped', reason: `${file} is no shell script` };
  if (after === before) return { state: 'kept' };
  if (isEmptyHook(after)) {
    await rm(file, { force: true });
    return { state: 'removed' };
  }
  await mkdir(resolve(file, '..'), { recursive: true });
  await writeFile(file, after);
  await chmod(file, 0o755);
  return { state: before !== undefined && after.length < before.length ? 'removed' : 'installed' };
}
