import { CommsError } from '../../errors.ts';
import { describe, isObject } from '../../message/json.ts';
import type { Problem } from '../../message/message.ts';
import { AGENT_NAME } from '../../message/names.ts';
import { timeOf } from '../../message/time.ts';
import { findSyntaxProblem } from '../../workspace/json-syntax.ts';
import { parseGlob } from '../paths/glob.ts';
import type { Reservation } from './reservation.ts';

const FILE = 'reservations.json';

/** reservations.json as it was read: what is a reservation, and everything else as it stands there. */
export interface ReservationsDocument {
  reservations: Reservation[];
  /** Entries that are none; they are kept where the file is rewritten. */
  others: unknown[];
  /** Members beside `reservations`. */
  rest: Record<string, unknown>;
  problems: Problem[];
}

/**
 * Reads reservations.json; undefined for a file that is not there. What is no reservation is reported and kept. `agentOf`
 * gives the registered name for an alias.
 * @throws INVALID_WORKSPACE where nothing can be read, so that nothing is written over it
 */
export function parseReservations(text: string | undefined, agentOf: (name: string) => string = (name) => name): ReservationsDocument {
  if (text === undefined) return { reservations: [], others: [], rest: {}, problems: [] };
  const json = parsed(text.replace(/^\uFEFF/, ''));
  if (!isObject(json) || !Array.isArray(json.reservations)) throw unreadable('it holds no list "reservations"');
  const { reservations: entries, ...rest } = json;
  const document: ReservationsDocument = { reservations: [], others: [], rest, problems: [] };
  for (const [at, entry] of (entries as unknown[]).entries()) {
    const wrong = whatIsWrong(entry);
    if (wrong === undefined) document.reservations.push({ ...(entry as Reservation), agent: agentOf((entry as Reservation).agent) });
    else {
      document.others.push(entry);
      document.problems.push(noReservation(at, wrong));
    }
  }
  return document;
}

/** One reservation an entry, two spaces; what is no reservation comes after them. */
export function renderReservations({ reservations, others, rest }: ReservationsDocument): string {
  return `${JSON.stringify({ ...rest, reservations: [...reservations, ...others] }, null, 2)}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = findSyntaxProblem(text);
    const where = found ? `line ${found.line}, column ${found.column}: expected ${found.expected}, found ${found.found}` : 'it is no JSON';
    throw unreadable(where, { line: found?.line, cause });
  }
}

function unreadable(why: string, { line, cause }: { line?: number | undefined; cause?: unknown } = {}): CommsError {
  return new CommsError('INVALID_WORKSPACE', `${FILE} cannot be read: ${why}.`, {
    hint: `Mend it in an editor (git may have a version that is whole), or take it away: then nothing is reserved.`,
    details: { file: FILE, ...(line === undefined ? {} : { line }) },
    cause,
  });
}

function whatIsWrong(entry: unknown): string | undefined {
  if (!isObject(entry)) return `it is ${describe(entry)}`;
  if (typeof entry.agent !== 'string' || !AGENT_NAME.test(entry.agent)) return `"agent" is ${describe(entry.agent)}`;
  if (typeof entry.path !== 'string') return `"path" is ${describe(entry.path)}`;
  if (entry.task !== undefined && typeof entry.task !== 'string') return `"task" is ${describe(entry.task)}`;
  for (const name of ['reserved_at', 'expires_at']) if (timeOf(entry[name]) === undefined) return `"${name}" is ${describe(entry[name])}`;
  try {
    parseGlob(entry.path);
    return undefined;
  } catch (error) {
    if (error instanceof CommsError) return error.message.replace(/\.$/, '');
    throw error;
  }
}

function noReservation(at: number, why: string): Problem {
  return {
    severity: 'warning',
    code: 'NOT_A_RESERVATION',
    file: FILE,
    path: `/reservations/${at}`,
    message: `/reservations/${at}: this reserves nothing: ${why}`,
    hint: 'Mend it in an editor, or take it out: an entry has agent, path, reserved_at and expires_at.',
  };
}
