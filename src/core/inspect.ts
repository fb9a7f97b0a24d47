import { CommsError } from '../errors.ts';
import { status as validateStatus } from '../generated/validators.js';
import { blocksOf, parseInbox, problemsOf } from '../inbox/inbox.ts';
import { isObject } from '../message/json.ts';
import type { Problem } from '../message/message.ts';
import { schemaProblems } from '../message/validate.ts';
import { parseConfig } from '../workspace/config.ts';
import { findSyntaxProblem } from '../workspace/json-syntax.ts';
import { inspectBlock, inspectDraft } from './inspect-message.ts';
import type { InspectOptions } from './requests.ts';

/**
 * What is wrong with a text: an inbox in Markdown; one message, an array of them or JSON lines; status.json; config.json;
 * plan.json; reservations.json.
 * The content decides which, and the file's name where the content could be several. Problems carry the file's name, the
 * line (of the message's block in an inbox) and the path inside the JSON. Never throws on what it reads.
 */
export async function inspectText(content: string | Uint8Array, options: InspectOptions = {}): Promise<Problem[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const problems = await problemsIn(bytes, options);
  return options.file === undefined ? problems : problems.map((problem) => ({ ...problem, file: options.file }));
}

async function problemsIn(bytes: Uint8Array, options: InspectOptions): Promise<Problem[]> {
  const name = options.file?.split(/[/\\]/).at(-1)?.toLowerCase() ?? '';
  const text = decode(bytes);
  if (name.endsWith('.md') || (!name.endsWith('.json') && looksLikeInbox(text ?? Buffer.from(bytes).toString('latin1')))) {
    return inspectInbox(bytes, options);
  }
  if (text === undefined) return [problem('INVALID_UTF8', 'It is not valid UTF-8', { hint: 'Save it as UTF-8.' })];
  if (name === 'config.json') return inspectConfig(text);
  if (name === 'reservations.json') return (await import('./reservations.ts')).reservationsTextProblems(text);
  if (name === 'plan.json') return inspectPlan(text);
  return inspectJson(text, name, options);
}

async function inspectInbox(bytes: Uint8Array, options: InspectOptions): Promise<Problem[]> {
  const doc = parseInbox(Buffer.from(bytes));
  const problems = [...problemsOf(doc)];
  for (const { message, line } of blocksOf(doc)) {
    if (message === undefined) continue;
    for (const found of await inspectBlock(message, options)) problems.push({ ...found, line });
  }
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

async function inspectJson(text: string, name: string, options: InspectOptions): Promise<Problem[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const lines = jsonLines(text);
    return lines ? inspectLines(lines, options) : [notJson(text)];
  }
  if (name === 'status.json' || looksLikeStatus(json)) return inspectStatus(json);
  if (looksLikeConfig(json)) return inspectConfig(text);
  if (looksLikePlan(json)) return inspectPlan(text);
  if (!Array.isArray(json)) return inspectDraft(json, options);
  const problems = await Promise.all(
    json.map(async (item, n) => (await inspectDraft(item, options)).map((found) => ({ ...found, path: `/${n}${found.path ?? ''}` }))),
  );
  return problems.flat();
}

interface Line {
  line: number;
  text: string;
}

async function inspectLines(lines: Line[], options: InspectOptions): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { line, text } of lines) {
    const found = parses(text) ? await inspectDraft(JSON.parse(text), options) : [notJson(text)];
    problems.push(...found.map((one) => ({ ...one, line })));
  }
  return problems;
}

/** The lines of a text of which every one is to be a JSON object; undefined for one object that is merely broken. */
function jsonLines(text: string): Line[] | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line, n) => ({ line: n + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
  const [first] = lines;
  return lines.length > 1 && first?.text.startsWith('{') && parses(first.text) ? lines : undefined;
}

function inspectStatus(json: unknown): Problem[] {
  if (typeof json === 'object' && json !== null && !('agents' in json) && Object.keys(json).some((key) => key.endsWith('_status'))) {
    return [
      problem('OLD_STATUS', 'This is the older, flat form of status.json', {
        severity: 'warning',
        hint: 'Run "comms doctor --fix" to upgrade it.',
      }),
    ];
  }
  return schemaProblems(validateStatus, json);
}

/** As far as it can be told without a workspace: not whether its agents are registered. */
async function inspectPlan(text: string): Promise<Problem[]> {
  const { parsePlan } = await import('../orchestrator/plan/parse.ts');
  return problemsThrownBy(() => parsePlan(text));
}

function inspectConfig(text: string): Problem[] {
  return problemsThrownBy(() => parseConfig(text));
}

function problemsThrownBy(parse: () => unknown): Problem[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    const problems = error.details?.problems;
    if (Array.isArray(problems)) return problems as Problem[];
    const { line } = error.details ?? {};
    return [problem(error.code, error.message, { hint: error.hint, ...(typeof line === 'number' ? { line } : {}) })];
  }
}

function notJson(text: string): Problem {
  if (text.trim() === '') return problem('EMPTY', 'It is empty', { hint: 'Run "comms template INFO" for an example.' });
  const found = findSyntaxProblem(text);
  if (!found) return problem('BAD_JSON', 'It is not JSON');
  const { line, column } = found;
  return problem('BAD_JSON', `line ${line}, column ${column}: expected ${found.expected}, found ${found.found}`, { line });
}

/** A heading or a fence; JSON has neither at the beginning of a line outside of its strings, which hold no line breaks. */
function looksLikeInbox(text: string): boolean {
  return !/^\s*[{[]\s*["{[\]}]/.test(text) && /^\s{0,3}(#{1,6}\s|```|~~~)/m.test(text);
}

function looksLikeStatus(json: unknown): boolean {
  return isObject(json) && 'last_updated' in json && !('sender' in json);
}

function looksLikeConfig(json: unknown): boolean {
  return isObject(json) && isObject(json.agents) && 'version' in json && !('sender' in json);
}

function looksLikePlan(json: unknown): boolean {
  return isObject(json) && !('sender' in json) && (Array.isArray(json.phases) || Array.isArray(json.tasks));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Without its BOM; undefined where it is not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function problem(code: string, message: string, more: Partial<Problem> = {}): Problem {
  return { severity: 'error', code, message, ...more };
}
