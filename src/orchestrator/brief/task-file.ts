import { CommsError } from '../../errors.ts';
import { describe, isObject, isTooDeep } from '../../message/json.ts';
import type { Problem } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import { findSyntaxProblem } from '../../workspace/json-syntax.ts';
import { directFrom } from '../plan/parse.ts';
import { resolveNames, resolveTypes } from '../plan/words.ts';
import type { TaskRights } from './rights.ts';

/** The seed's TaskWithCommunication: what a subagent is started with. */
export interface GivenTask extends TaskRights {
  agent: string;
  description: string;
  prompt: string;
}

/**
 * Reads one TaskWithCommunication as JSON, or an array of them. Without communication_enabled the subagent works alone.
 * @throws INVALID_PLAN
 */
export function parseTasks(text: string, aliases: Readonly<Record<string, string>>): GivenTask[] {
  const data = parseJson(text.replace(/^\uFEFF/, ''));
  const items: unknown[] = Array.isArray(data) ? data : [data];
  const problems = items.flatMap((item, at) => problemsOf(item, Array.isArray(data) ? `/${at}` : ''));
  if (items.length === 0) throw invalid([problem('', 'expected a task, found an empty list')]);
  if (problems.length > 0) throw invalid(problems);
  return items.map((item) => taskFrom(isObject(item) ? item : {}, aliases));
}

/** What several tasks of one agent allow together. */
export function combined(tasks: readonly GivenTask[]): TaskRights {
  const enabled = tasks.filter(({ communicationEnabled }) => communicationEnabled);
  const types = enabled.map(({ messageTypes }) => messageTypes);
  const direct = enabled.map(({ allowDirectMessages }) => allowDirectMessages ?? false);
  const lists = direct.filter((one) => typeof one !== 'boolean');
  return {
    communicationEnabled: enabled.length > 0,
    allowDirectMessages: direct.includes(true) || [...new Set(lists.flat())],
    ...(enabled.length > 0 && types.every((one) => one !== undefined) && { messageTypes: [...new Set(types.flat())] }),
  };
}

function taskFrom(item: Record<string, unknown>, aliases: Readonly<Record<string, string>>): GivenTask {
  const { subagent_type, description, prompt, communication_enabled, allow_direct_messages: direct, communication_channels } = item;
  const [agent = ''] = resolveNames([String(subagent_type)], aliases);
  return {
    agent,
    description: typeof description === 'string' ? description : '',
    prompt: typeof prompt === 'string' ? prompt : '',
    communicationEnabled: communication_enabled === true,
    ...(direct !== undefined && { allowDirectMessages: directFrom(isWords(direct) ? direct : direct === true, aliases) }),
    ...resolveTypes(isWords(communication_channels) ? communication_channels : undefined),
  };
}

function problemsOf(item: unknown, path: string): Problem[] {
  if (!isObject(item)) return [problem(path, `expected an object, found ${describe(item)}`)];
  const isText = (value: unknown) => typeof value === 'string';
  const isFlag = (value: unknown) => typeof value === 'boolean';
  const expected: [name: string, what: string, fits: (value: unknown) => boolean][] = [
    ['subagent_type', 'the name of an agent', (value) => isText(value) && value !== ''],
    ['description', 'a string', isText],
    ['prompt', 'a string', isText],
    ['communication_enabled', 'true or false', isFlag],
    ['allow_direct_messages', 'true, false or a list of names', (value) => isFlag(value) || isWords(value)],
    ['communication_channels', 'a list of message types', isWords],
  ];
  return expected.flatMap(([name, what, fits]) => {
    const value = item[name];
    const mayMiss = name !== 'subagent_type';
    return fits(value) || (mayMiss && value === undefined)
      ? []
      : [problem(`${path}/${name}`, `expected ${what}, found ${describe(value)}`)];
  });
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function parseJson(text: string): unknown {
  try {
    const data: unknown = JSON.parse(text);
    if (!isTooDeep(data)) return data;
  } catch {
    const place = findSyntaxProblem(text);
    const said = place ? `line ${place.line}, column ${place.column}: expected ${place.expected}, found ${place.found}` : 'it is not JSON';
    throw invalid([problem('', said)]);
  }
  throw invalid([problem('', 'it is nested more than 100 deep')]);
}

function problem(path: string, message: string): Problem {
  return { severity: 'error', code: 'INVALID_TASK', path, message: visible(path === '' ? message : `${path}: ${message}`) };
}

function invalid(problems: readonly Problem[]): CommsError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const example = '{"subagent_type": "frontend-developer", "description": "Build the UI", "prompt": "…", "communication_enabled": true}';
  return new CommsError('INVALID_PLAN', `This is no task: ${problems[0]?.message}${more}.`, {
    hint: `A task is an object such as ${example}, or an array of them.`,
    details: { problems },
  });
}
