import { CommsError } from '../errors.ts';
import { completeMessage } from '../message/complete.ts';
import { normalise } from '../message/dialects.ts';
import { isBuiltInType, type Problem } from '../message/message.ts';
import { inspectMessage, validateMessage } from '../message/validate.ts';
import type { InspectOptions } from './requests.ts';

/**
 * What is wrong with a message that stands in an inbox, but for a missing id, which the inbox reports. What the other
 * dialects leave out is filled in when it is read.
 */
export async function inspectBlock(json: unknown, options: InspectOptions): Promise<Problem[]> {
  const problems = await inspect(json, options, []);
  return problems.filter(({ code, path }) => code !== 'MISSING_FIELD' || path !== '/id');
}

/** The same for a message by itself, which `comms send --message` may still give an id, a time and a status. */
export function inspectDraft(json: unknown, options: InspectOptions): Promise<Problem[]> {
  return inspect(json, options, ['/id', '/timestamp', '/status']);
}

async function inspect(json: unknown, { strict = false, validateOwnType }: InspectOptions, given: readonly string[]): Promise<Problem[]> {
  let message: Record<string, unknown>;
  try {
    message = messageIn(json);
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    return [{ severity: 'error', code: 'NOT_A_MESSAGE', message: error.message, hint: error.hint }];
  }
  const isOwn = typeof message.type === 'string' && !isBuiltInType(message.type);
  const ownProblems = isOwn ? await validateOwnType?.(completeMessage(message)) : undefined;
  const check = strict ? validateMessage : inspectMessage;
  const problems = check(message, { validateOwnType: () => ownProblems });
  if (strict) return problems;
  return problems.map((problem) =>
    problem.code === 'MISSING_FIELD' && given.includes(problem.path ?? '')
      ? { ...problem, severity: 'warning', hint: 'Sending gives it one.' }
      : problem,
  );
}

function messageIn(json: unknown): Record<string, unknown> {
  const { dialect, message, recipients } = normalise(json);
  if (dialect === 'native') return message;
  const recipient = Array.isArray(recipients) ? recipients[0] : 'everybody';
  return { ...completeMessage({ id: 'msg-000', timestamp: '1970-01-01T00:00:00Z', recipient, ...message }) };
}
