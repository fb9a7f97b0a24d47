import { CommsError } from '../../errors.ts';
import { formatDuration } from '../../message/duration.ts';
import { quote, visible } from '../../message/text.ts';
import { isoOf, timeOf } from '../../message/time.ts';
import { type Glob, globKey, literalGlob, matches, meeter, overlaps, parseGlob } from '../paths/glob.ts';
import type { Reservation } from './reservation.ts';
import type { ReservationsDocument } from './reservations-document.ts';

/** How long a reservation lasts, in ms, where nobody says, and at most. */
export const DEFAULT_TTL_MS = 30 * 60_000;
export const LONGEST_TTL_MS = 7 * 86_400_000;

/** A path that somebody wants, and the reservation of another agent that it meets. */
export interface ReservationConflict {
  path: string;
  reservation: Reservation;
}

/** Those that have not run out at `now`, in ms. */
export function live(reservations: readonly Reservation[], now: number): Reservation[] {
  return reservations.filter(({ expires_at }) => (timeOf(expires_at) ?? 0) > now);
}

/**
 * Which live reservations of others than `agent` the paths meet; of everybody's, where nobody is named. `paths` are globs
 * relative to the repository, `files` are paths as git tells them, in which no character is a wildcard. A path that leads
 * out of the repository meets none; one that stands for too many paths to look at meets them all.
 */
export function conflicting(
  reservations: readonly Reservation[],
  { agent, paths = [], files = [], now }: { agent?: string | undefined; paths?: readonly string[]; files?: readonly string[]; now: number },
): ReservationConflict[] {
  const others = live(reservations, now).filter((one) => one.agent !== agent);
  if (others.length === 0) return [];
  const held = others.map((reservation) => ({ reservation, glob: parseGlob(reservation.path) }));
  const meeting = (path: string, meets: (glob: Glob) => boolean) =>
    held.flatMap(({ reservation, glob }) => (meets(glob) ? [{ path, reservation }] : []));
  return [
    ...paths.flatMap((path) => meeting(path, meeter(path))),
    ...files.flatMap((file) => {
      const own = literalGlob(file);
      return meeting(file, (glob) => overlaps(glob, own));
    }),
  ];
}

export interface ReserveInput {
  agent: string;
  /** Globs relative to the repository. */
  paths: readonly string[];
  task?: string | undefined;
  /** Default 30 min, at most 7 days. */
  ttlMs?: number | undefined;
  now: number;
}

/**
 * Reserves all of the paths or, where another agent holds one, none. A path that the agent holds already is renewed: it
 * lasts for `ttlMs` from now. What ran out is dropped. @throws RESERVED; USAGE, UNSAFE_PATH for paths that are none
 */
export function reserve(
  document: ReservationsDocument,
  { agent, paths, task, ttlMs = DEFAULT_TTL_MS, now }: ReserveInput,
): { document: ReservationsDocument; reserved: Reservation[]; renewed: string[] } {
  checkTtl(ttlMs);
  const wanted = new Map(paths.map(parseGlob).map((glob) => [globKey(glob), glob]));
  const conflicts = conflicting(document.reservations, { agent, paths: [...wanted.values()].map(({ text }) => text), now });
  if (conflicts.length > 0) throw reservedBy(conflicts, now);
  const until = { ...(task !== undefined && { task }), reserved_at: isoOf(now), expires_at: isoOf(now + ttlMs) };
  const reserved: Reservation[] = [];
  const renewed: string[] = [];
  const kept = live(document.reservations, now).map((one) => {
    const key = globKey(parseGlob(one.path));
    if (one.agent !== agent || !wanted.delete(key)) return one;
    const again = { ...one, ...until, reserved_at: one.reserved_at };
    reserved.push(again);
    renewed.push(again.path);
    return again;
  });
  const added = [...wanted.values()].map(({ text }): Reservation => ({ agent, path: text, ...until }));
  return { document: { ...document, reservations: [...kept, ...added] }, reserved: [...reserved, ...added], renewed };
}

export interface UnreserveInput {
  /** Whose; undefined, with `force`, for everybody's. */
  agent?: string | undefined;
  /** Globs relative to the repository; undefined for all that is the agent's. */
  paths?: readonly string[] | undefined;
  /** Also what others hold. */
  force?: boolean | undefined;
  now: number;
}

/**
 * Gives back what is reserved under these paths: a reservation that is written alike, or whose path is one that the glob
 * means. What ran out is dropped. @throws RESERVED where others than the agent hold it, and nothing of it is the agent's
 */
export function unreserve(
  document: ReservationsDocument,
  { agent, paths, force = false, now }: UnreserveInput,
): { document: ReservationsDocument; released: Reservation[]; missing: string[] } {
  const kept = live(document.reservations, now);
  const keys = new Map(kept.map((one) => [one, globKey(parseGlob(one.path))]));
  const mayTake = (one: Reservation) => force || one.agent === agent;
  const released = new Set<Reservation>();
  const missing: string[] = [];
  if (paths === undefined) for (const one of kept.filter(mayTake)) released.add(one);
  for (const path of paths ?? []) {
    const glob = parseGlob(path);
    const named = kept.filter((one) => keys.get(one) === globKey(glob) || matches(glob, one.path));
    const own = named.filter(mayTake);
    if (own.length === 0 && named.length > 0)
      throw heldByOther(
        named.map((reservation) => ({ path: glob.text, reservation })),
        now,
      );
    if (own.length === 0) missing.push(glob.text);
    for (const one of own) released.add(one);
  }
  return { document: { ...document, reservations: kept.filter((one) => !released.has(one)) }, released: [...released], missing };
}

/** "src/login.ts is reserved by gpt (src/**) for task-2 until 2026-01-17T12:30:00Z (25m)". `now` in ms. */
export function sayConflict({ path, reservation }: ReservationConflict, now: number): string {
  const { agent, path: held, task, expires_at } = reservation;
  const by = path === held ? agent : `${agent} (${visible(held)})`;
  const left = formatDuration(Math.ceil(((timeOf(expires_at) ?? now) - now) / 1000) * 1000);
  return `${visible(path)} is reserved by ${by}${task === undefined ? '' : ` for ${quote(task)}`} until ${secondsOf(expires_at)} (${left})`;
}

function checkTtl(ttlMs: number): void {
  if (ttlMs > 0 && ttlMs <= LONGEST_TTL_MS) return;
  throw new CommsError('USAGE', `A reservation lasts for more than nothing and at most ${formatDuration(LONGEST_TTL_MS)}.`, {
    hint: 'Write such as --ttl 30m; reserving the same path again renews it.',
    details: { ttl_ms: ttlMs, longest_ms: LONGEST_TTL_MS },
  });
}

function reservedBy(conflicts: readonly ReservationConflict[], now: number): CommsError {
  const holders = [...new Set(conflicts.map(({ reservation }) => reservation.agent))];
  return refusal(conflicts, now, {
    ending: 'nothing was reserved',
    hint: `Reserve other files, wait, or ask ${holders.join(' and ')} to run "comms unreserve"; "comms reservations" shows all.`,
  });
}

function heldByOther(conflicts: readonly ReservationConflict[], now: number): CommsError {
  return refusal(conflicts, now, {
    ending: 'nothing was given back',
    hint: 'Only who holds it gives it back; a person may with --force.',
  });
}

function refusal(conflicts: readonly ReservationConflict[], now: number, { ending, hint }: { ending: string; hint: string }): CommsError {
  const [first, ...others] = conflicts;
  const more = others.length === 0 ? '' : `, and so on (${others.length} more)`;
  const said = first ? sayConflict(first, now) : '';
  return new CommsError('RESERVED', `${said}${more}; ${ending}.`, { hint, details: { conflicts } });
}

/** Without the fraction of a second. */
function secondsOf(iso: string): string {
  return visible(iso.replace(/\.\d+Z$/, 'Z'));
}
