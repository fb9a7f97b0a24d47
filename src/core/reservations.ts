import { CommsError, errnoOf } from '../errors.ts';
import type { Problem } from '../message/message.ts';
import { quote } from '../message/text.ts';
import type { Reservation } from '../orchestrator/conflicts/reservation.ts';
import { conflicting, live, reserve, unreserve } from '../orchestrator/conflicts/reservations.ts';
import { parseReservations, type ReservationsDocument, renderReservations } from '../orchestrator/conflicts/reservations-document.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, DocumentPort } from './context.ts';
import type { ReservationsRequest, Reserved, ReservedFiles, ReserveRequest, Unreserved, UnreserveRequest } from './reservation-requests.ts';
import { refuseSensitive } from './said.ts';

const LONGEST_TASK = 200;

/** Reserves files, all or none. @throws SENSITIVE_DATA, CONTENT_FILTERED, RESERVED, USAGE, UNSAFE_PATH, UNKNOWN_AGENT, INVALID_WORKSPACE, LOCK_TIMEOUT */
export async function reserveFiles(ctx: CoreContext, { agent, paths, task, ttlMs }: ReserveRequest): Promise<Reserved> {
  const holder = agentOf(ctx, agent);
  checkTask(task);
  // Everybody reads it, and it may go into a commit.
  await refuseSensitive(ctx, { task });
  if (paths.length === 0) throw new CommsError('USAGE', 'Nothing was named to reserve.', { hint: 'Name files, directories or globs.' });
  const globs = await globsOf(ctx, paths);
  let answer: Reserved = { reserved: [], renewed: [] };
  await portOf(ctx).update((text) => {
    const { document, ...rest } = reserve(read(ctx, text), { agent: holder, paths: globs, task, ttlMs, now: ctx.clock() });
    answer = rest;
    return renderReservations(document);
  });
  return answer;
}

/** Gives files back. @throws RESERVED, USAGE, UNSAFE_PATH, UNKNOWN_AGENT, INVALID_WORKSPACE, LOCK_TIMEOUT */
export async function unreserveFiles(
  ctx: CoreContext,
  { agent, paths = [], all = false, force = false }: UnreserveRequest,
): Promise<Unreserved> {
  if (all === paths.length > 0) {
    throw new CommsError('USAGE', all ? '--all and paths exclude each other.' : 'Nothing was named to give back.', {
      hint: 'Name paths, or use --all for everything that the agent holds.',
    });
  }
  if (agent === undefined && !force)
    throw new CommsError('USAGE', 'Nobody said whose reservations these are.', { hint: 'Name the agent.' });
  const holder = agent === undefined ? undefined : agentOf(ctx, agent);
  const globs = all ? undefined : await globsOf(ctx, paths);
  const port = portOf(ctx);
  const act = (text: string | undefined) => unreserve(read(ctx, text), { agent: holder, paths: globs, force, now: ctx.clock() });
  // Where nothing changes nothing is written, least of all a file that was not there.
  const { document: _, ...before } = act(await port.read());
  if (before.released.length === 0) return before;
  let answer: Unreserved = before;
  await port.update((text) => {
    const { document, ...rest } = act(text);
    answer = rest;
    return renderReservations(document);
  });
  return answer;
}

/** What is reserved now. @throws INVALID_WORKSPACE where reservations.json cannot be read, UNKNOWN_AGENT, USAGE, UNSAFE_PATH */
export async function listReservations(
  ctx: CoreContext,
  { agent, paths = [], files = [] }: ReservationsRequest = {},
): Promise<ReservedFiles> {
  const holder = agent === undefined ? undefined : agentOf(ctx, agent);
  const globs = await globsOf(ctx, paths);
  const all = await liveReservations(ctx);
  const reservations = all.filter((one) => holder === undefined || one.agent === holder);
  if (paths.length === 0 && files.length === 0) return { reservations, meetings: [] };
  const meetings = conflicting(reservations, { paths: globs, files, now: ctx.clock() });
  const met = new Set(meetings.map(({ reservation }) => reservation));
  return { reservations: reservations.filter((one) => met.has(one)), meetings };
}

/** Those that have not run out, in the order of the file. None where there is no file. @throws INVALID_WORKSPACE */
export async function liveReservations(ctx: CoreContext): Promise<Reservation[]> {
  return live(read(ctx, await ctx.reservations?.read()).reservations, ctx.clock());
}

/** What is wrong with reservations.json; never throws on what is in it. */
export async function reservationProblems(ctx: CoreContext): Promise<Problem[]> {
  try {
    const text = await ctx.reservations?.read();
    const problems = reservationsTextProblems(text);
    return problems.some(({ severity }) => severity === 'error') ? problems : [...problems, ...ofNobody(ctx, text)];
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    const message = `reservations.json cannot be read (${errnoOf(error)})`;
    return [{ severity: 'error', code: 'IO_ERROR', file: 'reservations.json', message, hint: 'See what lies there, and who may read it.' }];
  }
}

/** Nobody gives back what an agent holds that was removed, or whose name was misspelt; messages about it would be held. */
function ofNobody(ctx: CoreContext, text: string | undefined): Problem[] {
  const { agents } = ctx.workspace.settings;
  const holders = live(read(ctx, text).reservations, ctx.clock()).map(({ agent }) => agent);
  return [...new Set(holders)].flatMap((name) => {
    if (agents.includes(name)) return [];
    const hint = 'Run "comms unreserve PATH --force" to free it; "comms reservations" shows what it holds.';
    return [{ severity: 'warning', code: 'UNKNOWN_AGENT', file: 'reservations.json', message: `there is no agent ${quote(name)}`, hint }];
  });
}

/** What is wrong with the text of a reservations.json. */
export function reservationsTextProblems(text: string | undefined): Problem[] {
  try {
    return parseReservations(text).problems;
  } catch (error) {
    if (error instanceof CommsError) return [unreadable(error)];
    throw error;
  }
}

function unreadable({ code, message, hint, details }: CommsError): Problem {
  const line = details?.line;
  return {
    severity: 'error',
    code,
    file: 'reservations.json',
    message: message.replace(/\.$/, ''),
    ...(hint !== undefined && { hint }),
    ...(typeof line === 'number' && { line }),
  };
}

function read({ workspace: { settings } }: CoreContext, text: string | undefined): ReservationsDocument {
  const { aliases } = settings;
  return parseReservations(text, (name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name));
}

function globsOf({ repository }: CoreContext, paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map((path) => repository?.globOf(path) ?? path));
}

function portOf({ reservations }: CoreContext): DocumentPort {
  if (reservations) return reservations;
  throw new CommsError('USAGE', 'Nothing can be reserved here.', { hint: 'Open the workspace with openComms.' });
}

function checkTask(task: string | undefined): void {
  if (task === undefined || (task.trim() !== '' && task.length <= LONGEST_TASK)) return;
  throw new CommsError(
    'USAGE',
    `${quote(task)} is no task: it is ${task.trim() === '' ? 'empty' : `longer than ${LONGEST_TASK} characters`}.`,
    {
      hint: 'Name the task as in plan.json, or in a few words.',
    },
  );
}
