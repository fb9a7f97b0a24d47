import { describe, expect, test } from 'vitest';
import type { Reservation } from '../../../src/orchestrator/conflicts/reservation.ts';
import {
  conflicting,
  DEFAULT_TTL_MS,
  LONGEST_TTL_MS,
  live,
  reserve,
  sayConflict,
  unreserve,
} from '../../../src/orchestrator/conflicts/reservations.ts';
import {
  parseReservations,
  type ReservationsDocument,
  renderReservations,
} from '../../../src/orchestrator/conflicts/reservations-document.ts';
import { refusal } from '../../core/context.ts';

const NOW = Date.parse('2026-01-17T12:00:00.000Z');
const MINUTE = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

function held(agent: string, path: string, minutes = 30, more: object = {}): Reservation {
  return { agent, path, reserved_at: iso(NOW - MINUTE), expires_at: iso(NOW + minutes * MINUTE), ...more };
}

function documentOf(...reservations: Reservation[]): ReservationsDocument {
  return { reservations, others: [], rest: {}, problems: [] };
}

describe('live', () => {
  test('one has run out at the end of its time, and not a moment before', () => {
    const one = held('gpt', 'a', 30);
    expect(live([one], NOW + 30 * MINUTE - 1)).toEqual([one]);
    expect(live([one], NOW + 30 * MINUTE)).toEqual([]);
  });
});

describe('conflicting', () => {
  const all = [held('gpt', 'src/**', 30, { task: 'task-2' }), held('claude', 'test'), held('gpt', 'docs', -1)];
  const table: [what: string, asked: { agent?: string; paths?: string[]; files?: string[] }, met: string[]][] = [
    ["another's", { agent: 'claude', paths: ['src/a.ts'] }, ['src/a.ts: src/**']],
    ["one's own", { agent: 'gpt', paths: ['src/a.ts'] }, []],
    ["anybody's", { paths: ['src', 'test/x'] }, ['src: src/**', 'test/x: test']],
    ['one that ran out', { agent: 'claude', paths: ['docs'] }, []],
    ['a glob', { agent: 'gemini', paths: ['**/x'] }, ['**/x: src/**', '**/x: test']],
    ['a file that git tells', { agent: 'claude', files: ['src/{a,b}'] }, ['src/{a,b}: src/**']],
    ['a file with a star in its name', { agent: 'gpt', files: ['*'] }, []],
    ['a path that leads out', { agent: 'claude', paths: ['../src/a.ts', '/src/a.ts'] }, []],
    ['a glob that stands for too much', { agent: 'claude', paths: ['{a,b}'.repeat(40)] }, [`${'{a,b}'.repeat(40)}: src/**`]],
    ['another way to write it', { agent: 'claude', paths: ['SRC\\A.ts'] }, ['SRC\\A.ts: src/**']],
  ];
  test.each(table)('%s', (_, asked, met) => {
    expect(conflicting(all, { ...asked, now: NOW }).map(({ path, reservation }) => `${path}: ${reservation.path}`)).toEqual(met);
  });

  test('is said with who, what for, and until when', () => {
    const [first] = conflicting(all, { agent: 'claude', paths: ['src/a.ts'], now: NOW });
    expect(first && sayConflict(first, NOW)).toBe('src/a.ts is reserved by gpt (src/**) for "task-2" until 2026-01-17T12:30:00Z (30m)');
  });
});

describe('reserve', () => {
  test('what is free is reserved for half an hour', () => {
    const { document, reserved, renewed } = reserve(documentOf(), { agent: 'claude', paths: ['./src/'], task: 'task-1', now: NOW });
    const fresh = { agent: 'claude', path: 'src', task: 'task-1', reserved_at: iso(NOW), expires_at: iso(NOW + DEFAULT_TTL_MS) };
    expect(reserved).toEqual([fresh]);
    expect(document.reservations).toEqual([fresh]);
    expect(renewed).toEqual([]);
  });

  test('all or nothing: one path that another agent holds refuses them all', async () => {
    const before = documentOf(held('gpt', 'src/**', 25, { task: 'task-2' }));
    const error = await refusal(() => reserve(before, { agent: 'claude', paths: ['docs', 'src/a.ts', 'src/b.ts'], now: NOW }), 'RESERVED');
    expect(error.message).toBe(
      'src/a.ts is reserved by gpt (src/**) for "task-2" until 2026-01-17T12:25:00Z (25m), and so on (1 more); nothing was reserved.',
    );
    expect(error.hint).toContain('ask gpt');
    expect(error.exitCode).toBe(5);
    expect(error.details?.conflicts).toHaveLength(2);
  });

  test('the same path again is renewed from now; what overlaps it stays, and fields of others too', () => {
    const before = documentOf(held('claude', 'src', 5, { note: 'mine' }), held('claude', 'src/a.ts', 50), held('gpt', 'docs', 5));
    const { document, renewed } = reserve(before, { agent: 'claude', paths: ['SRC/', 'src/b.ts'], ttlMs: 10 * MINUTE, now: NOW });
    expect(renewed).toEqual(['src']);
    expect(document.reservations).toEqual([
      { ...held('claude', 'src', 10), note: 'mine' },
      held('claude', 'src/a.ts', 50),
      held('gpt', 'docs', 5),
      { agent: 'claude', path: 'src/b.ts', reserved_at: iso(NOW), expires_at: iso(NOW + 10 * MINUTE) },
    ]);
  });

  test('what ran out hinders nobody, and is dropped', () => {
    const { document, renewed } = reserve(documentOf(held('gpt', 'src', 0), held('claude', 'docs', -1)), {
      agent: 'claude',
      paths: ['src', 'docs'],
      now: NOW,
    });
    expect(document.reservations.map(({ agent, path }) => `${agent} ${path}`)).toEqual(['claude src', 'claude docs']);
    expect(renewed).toEqual([]);
  });

  test('a path that is named twice is one', () => {
    expect(reserve(documentOf(), { agent: 'claude', paths: ['a', './a', 'A'], now: NOW }).reserved).toHaveLength(1);
  });

  test.each([
    [0, false],
    [-1, false],
    [Number.NaN, false],
    [1, true],
    [LONGEST_TTL_MS, true],
    [LONGEST_TTL_MS + 1, false],
  ])('for %d ms: %s', async (ttlMs, may) => {
    const act = () => reserve(documentOf(), { agent: 'claude', paths: ['a'], ttlMs, now: NOW });
    if (may) expect(act().reserved).toHaveLength(1);
    else expect((await refusal(act, 'USAGE')).hint).toContain('30m');
  });
});

describe('unreserve', () => {
  const before = documentOf(
    held('claude', 'src/a.ts'),
    held('claude', 'src/**'),
    held('gpt', 'src/b.ts'),
    held('gpt', 'docs'),
    held('gpt', 'x', -1),
  );
  const table: [what: string, asked: { agent?: string; paths?: string[]; force?: boolean }, released: string[], missing: string[]][] = [
    ['by its path', { agent: 'claude', paths: ['src/a.ts'] }, ['src/a.ts'], []],
    ['by its glob', { agent: 'claude', paths: ['SRC/**'] }, ['src/a.ts', 'src/**'], []],
    ['by the directory that it lies in, its own only', { agent: 'claude', paths: ['src'] }, ['src/a.ts', 'src/**'], []],
    ["by force others', too", { agent: 'claude', paths: ['src'], force: true }, ['src/a.ts', 'src/**', 'src/b.ts'], []],
    ['all of its own', { agent: 'claude' }, ['src/a.ts', 'src/**'], []],
    ["by force everybody's", { force: true }, ['src/a.ts', 'src/**', 'src/b.ts', 'docs'], []],
    ['what nobody holds', { agent: 'claude', paths: ['lib', 'x', 'src/a.ts'] }, ['src/a.ts'], ['lib', 'x']],
  ];
  test.each(table)('%s', (_, asked, released, missing) => {
    const { document, ...answer } = unreserve(before, { ...asked, now: NOW });
    expect({ released: answer.released.map(({ path }) => path), missing: answer.missing }).toEqual({ released, missing });
    expect(document.reservations).toEqual(before.reservations.filter(({ path }) => !released.includes(path) && path !== 'x'));
  });

  test("what is another agent's is refused, and the way out named", async () => {
    const error = await refusal(() => unreserve(before, { agent: 'claude', paths: ['src/a.ts', 'docs'], now: NOW }), 'RESERVED');
    expect(error.message).toContain('docs is reserved by gpt');
    expect(error.hint).toContain('--force');
  });
});

describe('reservations.json', () => {
  const good = held('gpt', 'src', 30, { task: 'task-2', note: { by: 'hand' } });

  test('has one entry for each, two spaces, and a newline at the end', () => {
    expect(renderReservations(documentOf({ ...good, note: undefined } as Reservation))).toBe(
      '{\n  "reservations": [\n    {\n      "agent": "gpt",\n      "path": "src",\n      "reserved_at": "2026-01-17T11:59:00.000Z",\n' +
        '      "expires_at": "2026-01-17T12:30:00.000Z",\n      "task": "task-2"\n    }\n  ]\n}\n',
    );
  });

  test('what a person wrote into it is kept', () => {
    const others = [{ agent: 'gpt', path: '../x', reserved_at: good.reserved_at, expires_at: good.expires_at }, 'TODO', null];
    const text = JSON.stringify({ version: '1.0', reservations: [others[0], good, others[1], others[2]], _comment: 'ours' });
    const { document } = reserve(parseReservations(`\uFEFF${text}`), { agent: 'claude', paths: ['docs'], now: NOW });
    const written = JSON.parse(renderReservations(document));
    expect(written).toMatchObject({ version: '1.0', _comment: 'ours' });
    expect(written.reservations).toEqual([good, expect.objectContaining({ path: 'docs' }), ...others]);
  });

  const entries: [entry: unknown, why: string][] = [
    ['TODO', 'it is the string'],
    [null, 'it is null'],
    [{ ...good, agent: 'Not An Agent' }, '"agent" is'],
    [{ ...good, agent: '\u001b[31m' }, '"agent" is'],
    [{ ...good, path: 7 }, '"path" is'],
    [{ ...good, path: '/etc' }, 'lies outside'],
    [{ ...good, path: '{a,b}'.repeat(40) }, 'stands for too many'],
    [{ ...good, task: [] }, '"task" is'],
    [{ ...good, expires_at: 'tomorrow' }, '"expires_at" is'],
    [{ ...good, reserved_at: undefined }, '"reserved_at" is nothing'],
  ];
  test.each(entries)('%j is none, and is reported', (entry, why) => {
    const { reservations, others, problems } = parseReservations(JSON.stringify({ reservations: [good, entry] }));
    expect(reservations).toEqual([good]);
    expect(others).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: 'warning', file: 'reservations.json', path: '/reservations/1' }]);
    expect(problems[0]?.message).toContain(why);
  });

  test.each([
    ['', 'line 1'],
    ['{"reservations": [', 'the end of the file'],
    ['<<<<<<< HEAD\n{}', 'line 1'],
    ['[]', 'no list "reservations"'],
    ['{"reservations": {}}', 'no list "reservations"'],
  ])('%j cannot be read', async (text, why) => {
    const error = await refusal(() => parseReservations(text), 'INVALID_WORKSPACE');
    expect(error.message).toContain(why);
    expect(error.hint).toContain('Mend it');
  });

  test('an alias is the agent that it stands for', () => {
    const text = JSON.stringify({ reservations: [{ ...good, agent: 'codex' }] });
    expect(parseReservations(text, () => 'gpt').reservations).toEqual([good]);
  });
});
