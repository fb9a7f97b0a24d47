import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommsError, errnoOf } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { exitFor, problemCount, problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'validate',
  summary: 'check messages, inboxes or the whole workspace',
  arguments: [
    {
      name: 'file',
      summary: 'a message as JSON, an inbox, status.json or config.json, or - for stdin; without it, the whole workspace',
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
  const found = args.length === 0 ? await workspaceProblems(invocation, strict) : await fileProblems(args, invocation, strict);
  const problems = sortedProblems(found);
  const text = problems.length === 0 ? 'No problems.' : `${problemLines(problems, style)}\n${problemCount(problems)}`;
  return { data: { problems }, text, brief: problemLines(problems, style), exit: exitFor(problems) };
};

async function fileProblems(files: readonly string[], invocation: Invocation, strict: boolean): Promise<Problem[]> {
  const { inspectText } = await import('../../comms.ts');
  const problems: Problem[] = [];
  for (const file of files) {
    // Bytes, because what is no UTF-8 is a problem with a place, and no reason to stop.
    const content = file === '-' ? await invocation.readInput('-') : await bytesOf(file, invocation.cwd);
    problems.push(...(await inspectText(content, { ...(file === '-' ? {} : { file }), strict })));
  }
  return problems;
}

/** A config.json that cannot be used must not keep the rest from being looked at. */
async function workspaceProblems(invocation: Invocation, strict: boolean): Promise<Problem[]> {
  const { locateWorkspace } = await import('../../workspace/locate.ts');
  const { root } = locateWorkspace({ cwd: invocation.cwd, env: invocation.env, workspace: invocation.options.text('workspace') });
  const config = await configProblems(root, strict);
  if (exitFor(config) !== 0) return config;
  const { problems } = await (await invocation.open()).check();
  return [...config, ...problems];
}

async function configProblems(root: string, strict: boolean): Promise<Problem[]> {
  const { inspectText } = await import('../../comms.ts');
  try {
    return await inspectText(await readFile(join(root, 'config.json')), { file: 'config.json', strict });
  } catch (error) {
    // A workspace made by hand may have none.
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function bytesOf(file: string, cwd: string): Promise<Uint8Array> {
  const path = resolve(cwd, file);
  try {
    if ((await stat(path)).isDirectory()) throw notFound(`"${file}" is a directory`, path);
    return await readFile(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw notFound(`There is no file "${file}"`, path);
    throw cause;
  }
}

function notFound(what: string, path: string): CommsError {
  return new CommsError('FILE_NOT_FOUND', `${what}.`, {
    hint: 'Name a file, or - for stdin; comms validate --workspace DIR checks a whole workspace.',
    details: { path },
  });
}
