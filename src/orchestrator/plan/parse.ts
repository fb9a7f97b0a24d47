import { CommsError } from '../../errors.ts';
import { plan as validate } from '../../generated/plan-validator.js';
import type { Plan as PlanFile } from '../../generated/schema-types.ts';
import { schemas } from '../../generated/schemas.ts';
import { isTooDeep } from '../../message/json.ts';
import type { Problem } from '../../message/message.ts';
import { schemaProblems } from '../../message/schema-problems.ts';
import { findSyntaxProblem } from '../../workspace/json-syntax.ts';
import { PLAN_FILE } from '../../workspace/layout.ts';
import type { Decision, Phase, PhaseRules, Plan, Task } from './plan.ts';
import { resolveNames, resolveTypes } from './words.ts';

/** In characters. A plan is read with every message that it may concern. */
export const LARGEST_PLAN = 1024 * 1024;

/** alias → agent. */
export type Aliases = Readonly<Record<string, string>>;

type PhaseEntry = NonNullable<PlanFile['phases']>[number];
type TaskEntry = NonNullable<PlanFile['tasks']>[number];

/** The text of a plan.json, checked against its schema; a BOM is dropped. @throws INVALID_PLAN with the problems in `details` */
export function parsePlan(text: string, { aliases = {} }: { aliases?: Aliases } = {}): Plan {
  return planFrom(parsePlanFile(text), aliases);
}

/** The same as it stands in the file. @throws INVALID_PLAN */
export function parsePlanFile(text: string): PlanFile {
  if (text.length > LARGEST_PLAN) {
    throw invalid(
      'it is larger than 1 MiB',
      [problem('TOO_LARGE', 'It is larger than 1 MiB')],
      'Take out phases that ended and tasks that are done.',
    );
  }
  const data = parseJson(text.replace(/^\uFEFF/, ''));
  if (isTooDeep(data)) throw invalid('it is nested more than 100 deep', [problem('TOO_DEEP', 'It is nested more than 100 deep')]);
  if (isPlanFile(data)) return data;
  const problems = schemaProblems(validate, data, schemas.plan).map(({ hint: _, ...found }) => found);
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw invalid(`${first?.message ?? 'it does not fit its schema'}${more}`, problems);
}

/** What a plan.json means: defaults filled in, names resolved, and of each task whether it is active. */
export function planFrom({ phases = [], tasks = [], decisions = [] }: PlanFile, aliases: Aliases): Plan {
  const read = phases.map((entry) => phaseFrom(entry, aliases));
  return {
    phases: read,
    tasks: tasks.map((entry) => taskFrom(entry, read, aliases)),
    decisions: decisions.map(({ id, decision, rejected = [] }): Decision => ({ id, decision, rejected })),
  };
}

function phaseFrom(entry: PhaseEntry, aliases: Aliases): Phase {
  const { id, name, agents = [], droids = [], started_at, paused_at, ended_at } = entry;
  return {
    id,
    name: name ?? id,
    agents: resolveNames([...agents, ...droids], aliases),
    parallel: entry.parallel ?? false,
    status: entry.status ?? 'planned',
    ...(started_at !== undefined && { startedAt: started_at }),
    ...(paused_at !== undefined && { pausedAt: paused_at }),
    ...(ended_at !== undefined && { endedAt: ended_at }),
    communicationEnabled: entry.communication_enabled ?? true,
    rules: rulesFrom(entry.communication_rules),
  };
}

function rulesFrom(rules: PhaseEntry['communication_rules'] = {}): PhaseRules {
  const { allow_inter_agent, allow_inter_droid, allow_broadcast, message_types, max_messages_per_phase, timeout_minutes } = rules;
  return {
    allowInterAgent: allow_inter_agent ?? allow_inter_droid ?? true,
    allowBroadcast: allow_broadcast ?? true,
    ...resolveTypes(message_types),
    ...(max_messages_per_phase !== undefined && { maxMessages: max_messages_per_phase }),
    ...(timeout_minutes !== undefined && { timeoutMinutes: timeout_minutes }),
  };
}

function taskFrom(entry: TaskEntry, phases: readonly Phase[], aliases: Aliases): Task {
  const { id, title, description, phase, files = [], depends_on = [], allow_direct_messages: direct } = entry;
  const [owner] = resolveNames([entry.owner ?? entry.subagent_type ?? ''], aliases);
  const its = phases.find((one) => one.id === phase);
  return {
    id,
    title: title ?? description ?? id,
    ...(owner && { owner }),
    ...(phase !== undefined && { phase }),
    files,
    dependsOn: depends_on,
    status: statusOf(entry, its),
    communicationEnabled: entry.communication_enabled ?? its?.communicationEnabled ?? true,
    ...(direct !== undefined && { allowDirectMessages: directFrom(direct, aliases) }),
    ...resolveTypes(entry.communication_channels),
  };
}

/**
 * Done stays done, and what says "planned" waits until somebody changes that. Everything else, "active" included, is as
 * its phase: a task of a phase that is not active, or that is not there, is planned. A task without a phase is active.
 */
function statusOf({ status, phase }: TaskEntry, its: Phase | undefined): Task['status'] {
  if (status === 'done' || status === 'planned') return status;
  return phase === undefined || its?.status === 'active' ? 'active' : 'planned';
}

/** "*" among the names is everybody. */
export function directFrom(direct: boolean | readonly string[], aliases: Aliases): boolean | string[] {
  if (typeof direct === 'boolean') return direct;
  return direct.includes('*') ? true : resolveNames(direct, aliases);
}

function isPlanFile(data: unknown): data is PlanFile {
  return validate(data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const place = findSyntaxProblem(text);
    const said = place ? `line ${place.line}, column ${place.column}: expected ${place.expected}, found ${place.found}` : String(cause);
    const found = problem('BAD_JSON', said);
    throw invalid(`it is not JSON at ${said}`, [place ? { ...found, line: place.line } : found]);
  }
}

function problem(code: string, message: string): Problem {
  return { severity: 'error', code, message };
}

function invalid(what: string, problems: readonly Problem[], hint?: string): CommsError {
  return new CommsError('INVALID_PLAN', `${PLAN_FILE} is not valid: ${what}.`, {
    hint: hint ?? 'Correct it in an editor, then run: comms plan check (comms schema plan prints what it may hold)',
    details: { file: PLAN_FILE, problems: problems.map((one) => ({ ...one, file: PLAN_FILE })) },
  });
}
