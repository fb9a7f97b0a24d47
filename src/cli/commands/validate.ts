import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Comms } from '../../core/api.ts';
import type { OwnTypeValidator } from '../../core/context.ts';
import { CommsError, errnoOf } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import { readRegular } from '../../read-file.ts';
import { locateWorkspace, workspaceIn } from '../../workspace/locate.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { exitFor, problemCount, problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'validate',
  summary: 'check messages, inboxes or the whole workspace',
  arguments: [
    {
      name: 'file',
      summary: 'a message as JSON, an inbox, status.json or config.json, a workspace, or - for stdin; without it, the whole workspace',
      variadic: true,
      completes: 'file',
    },
  ],
  options: [{ flags: '--strict', summary: 'as for sending: what readers let pass is an error, too' }],
  examples: [
    { command: 'comms validate', does: 'Check every file of the workspace' },
    { command: 'comms validate question.json', does: 'Check a message before it is sent' },
    { command: 'comms template INFO | comms validate -', does: 'Check what comes through a pipe' },
    { command: 'comms validate agent-comms/claude-inbox.md --json', does: 'Check one inbox, for a script' },
  ],
  notes: ['Ends with 6 where there are errors; warnings alone are 0. Changes nothing: comms doctor --fix mends.'],
};

export const run: Run = async (invocation) => {
  const { args, options, style } = invocation;
  const strict = options.flag('strict');
  const found = args.length === 0 ? await ownProblems(invocation, strict) : await fileProblems(args, invocation, strict);
  const problems = sortedProblems(found);
  const text = problems.length === 0 ? 'No problems.' : `${problemLines(problems, style)}\n${problemCount(problems)}`;
  return { data: { problems }, text, brief: problemLines(problems, style), exit: exitFor(problems) };
};

async function fileProblems(files: readonly string[], invocation: Invocation, strict: boolean): Promise<Problem[]> {
  const { cwd } = invocation;
  let inspect: Inspect | undefined;
  const problems: Problem[] = [];
  for (const file of files) {
    if (statSync(resolve(cwd, file), { throwIfNoEntry: false })?.isDirectory()) {
      problems.push(...(await directoryProblems(file, invocation, strict)));
      continue;
    }
    inspect ??= await inspector(strict, await ownTypes(invocation.open));
    // Bytes, because what is no UTF-8 is a problem with a place, and no reason to stop.
    const content = file === '-' ? await invocation.readInput('-') : await bytesOf(file, invocation.cwd);
    problems.push(...(await inspect(content, file === '-' ? undefined : file)));
  }
  return problems;
}

/** Every file of the workspace that a directory is, or holds. */
async function directoryProblems(directory: string, { cwd, env }: Invocation, strict: boolean): Promise<Problem[]> {
  const path = resolve(cwd, directory);
  const root = workspaceIn(path);
  if (root === undefined) throw notFound(`"${directory}" is a directory without a workspace`, path);
  let opened: Promise<Comms> | undefined;
  const open = () => {
    opened ??= import('../../comms.ts').then(({ openComms }) => openComms({ cwd, env, workspace: root }));
    return opened;
  };
  try {
    const found = await workspaceProblems({ root, strict, open });
    const named = (file: string) => join(directory, relative(path, root), file);
    return found.map((problem) => (problem.file === undefined ? problem : { ...problem, file: named(problem.file) }));
  } finally {
    await opened?.then(
      (comms) => comms.close(),
      () => undefined,
    );
  }
}

async function ownProblems({ cwd, env, options, open }: Invocation, strict: boolean): Promise<Problem[]> {
  const { root } = locateWorkspace({ cwd, env, workspace: options.text('workspace') });
  return workspaceProblems({ root, strict, open });
}

interface Target {
  root: string;
  strict: boolean;
  open: () => Promise<Comms>;
}

/** A config.json that cannot be used must not keep the rest from being looked at. */
async function workspaceProblems({ root, strict, open }: Target): Promise<Problem[]> {
  const inspect = await inspector(strict, await ownTypes(open));
  const problems: Problem[] = [];
  for (const file of messageFiles(root)) problems.push(...(await inspect(readRegular(join(root, file)), file)));
  const config = existsSync(join(root, 'config.json')) ? await inspect(readRegular(join(root, 'config.json')), 'config.json') : [];
  if (exitFor(config) !== 0) return [...config, ...problems];
  const { problems: checked } = await (await open()).check();
  const known = new Set(checked.map(keyOf));
  // The same id in two messages is said better by the check, which knows all files.
  const more = problems.filter((problem) => problem.code !== 'DUPLICATE_ID' && !known.has(keyOf(problem)));
  return [...config, ...checked, ...more];
}

type Inspect = (content: string | Uint8Array, file: string | undefined) => Promise<Problem[]>;

async function inspector(strict: boolean, validateOwnType: OwnTypeValidator | undefined): Promise<Inspect> {
  const { inspectText } = await import('../../comms.ts');
  return (content, file) =>
    inspectText(content, { strict, ...(file !== undefined && { file }), ...(validateOwnType && { validateOwnType }) });
}

/** The schemas of own types, where there is a workspace that can be read. A message can be checked without one. */
async function ownTypes(open: Invocation['open']): Promise<OwnTypeValidator | undefined> {
  try {
    return (await open()).context.validateOwnType;
  } catch (error) {
    if (error instanceof CommsError && (error.code === 'WORKSPACE_NOT_FOUND' || error.code === 'INVALID_CONFIG')) return undefined;
    throw error;
  }
}

/** The files that hold messages, relative to the workspace. */
function messageFiles(root: string): string[] {
  const archive = join(root, 'archive');
  const archived = existsSync(archive) ? readdirSync(archive).map((name) => `archive/${name}`) : [];
  return [
    ...readdirSync(root).filter((name) => name.endsWith('-inbox.md') || name === 'dead-letters.md' || name === 'held.md'),
    ...archived.filter((name) => name.endsWith('.md')),
  ];
}

function keyOf({ file, line, path, code }: Problem): string {
  return JSON.stringify([file, line, path, code]);
}

async function bytesOf(file: string, cwd: string): Promise<Uint8Array> {
  const path = resolve(cwd, file);
  try {
    return await readFile(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw notFound(`There is no file "${file}"`, path);
    throw cause;
  }
}

function notFound(what: string, path: string): CommsError {
  return new CommsError('FILE_NOT_FOUND', `${what}.`, {
    hint: 'Name a file, a workspace, or - for stdin.',
    details: { path },
  });
}
