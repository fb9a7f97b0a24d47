import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Comms, CommsError, openComms } from '../../src/comms.ts';
import { applyInit, planInit } from '../../src/workspace/scaffold.ts';

const START = Date.parse('2026-01-17T12:00:00.000Z');
const MINUTE = 60_000;
const SECRET = `ghp_${'a1B2'.repeat(9)}`;
const AGENTS = ['claude', 'gpt', 'gemini', 'lead'];

let dir: string;
let root: string;
let now = START;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'comms-figures-'));
  root = path.join(dir, 'agent-comms');
  applyInit(planInit({ root, project: dir, at: new Date(START).toISOString(), agents: AGENTS }));
  const communication = { orchestrators: ['lead'], urgency_limits: { gemini: 6 } };
  const permissions = { claude: { can_send_to: ['gpt', 'lead'] } };
  const agents = Object.fromEntries(AGENTS.map((name) => [name, {}]));
  writeFileSync(path.join(root, 'config.json'), JSON.stringify({ version: '1.0', agents, communication, permissions }));
  const phases = [{ id: 'build', name: 'Build', agents: ['claude', 'gpt'], status: 'active' }];
  const tasks = [{ id: 'T1', title: 'Login', owner: 'gpt', phase: 'build', files: ['src/**'] }];
  writeFileSync(path.join(root, 'plan.json'), JSON.stringify({ version: '1.0', phases, tasks }));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What happened, as the one who did it saw it. */
interface Seen {
  sent: string[];
  held: string[];
  /** The codes of each refusal. */
  refused: string[][];
  /** Checked, and in conflict: what was held, and what was refused for something else. */
  conflicts: number;
  duplicates: number;
  released: number;
  rejected: number;
}

test('the figures are those of what happened, as a whole and in a window of time', async () => {
  const comms = await openComms({ workspace: root, clock: () => now });
  const first = await happenings(comms, 60, 1);
  // So that what is decided in the window was also sent in it.
  while ((await comms.held()).total > 0) await work(comms, picker(3), first);
  now += 60 * MINUTE;
  const window = now;
  const second = await happenings(comms, 60, 2);
  now += MINUTE;

  for (const [seen, request] of [
    [added(first, second), {}],
    [second, { sinceMs: now - window }],
  ] as const) {
    const figures = await comms.stats(request);
    const total = seen.sent.length + seen.held.length;
    // A bounce to the sender of what was rejected is the tool's.
    expect(figures.total_messages).toBe(total);
    expect(sum(Object.values(figures.messages_by_type))).toBe(total);
    expect(sum(Object.values(figures.messages_by_hour))).toBe(total);
    expect(sum(Object.values(figures.messages_by_agent).map(({ sent }) => sent))).toBe(total);
    expect(figures.conflicts.checked).toBe(total + seen.refused.length);
    expect(figures.conflicts.messages).toBe(seen.conflicts);
    expect(figures.conflict_rate).toBeCloseTo(seen.conflicts / (total + seen.refused.length), 3);
    expect(figures.refused.messages).toBe(seen.refused.length);
    expect(figures.refused.by_code).toEqual(tally(seen.refused.flat()));
    expect(figures.held).toEqual({
      now: seen.held.length - seen.released - seen.rejected,
      released: seen.released,
      rejected: seen.rejected,
    });
    const { succeeded, failed, open } = figures.outcomes;
    expect([failed, succeeded + failed + open]).toEqual([seen.rejected, total - figures.held.now]);
    expect(figures.success_rate).toBeCloseTo(succeeded / (succeeded + failed), 3);
  }
  expect(Object.keys(tally(first.refused.flat())).sort()).toEqual(['RATE_LIMITED', 'RECIPIENT_NOT_ALLOWED', 'SENSITIVE_DATA']);
  expect(first.duplicates).toBeGreaterThan(0);
  const logs = readdirSync(path.join(root, '.state')).filter((name) => name.startsWith('traffic'));
  expect(logs.map((name) => readFileSync(path.join(root, '.state', name), 'utf8')).join('')).not.toContain(SECRET);
  await comms.close();
});

async function happenings(comms: Comms, count: number, seed: number): Promise<Seen> {
  const seen: Seen = { sent: [], held: [], refused: [], conflicts: 0, duplicates: 0, released: 0, rejected: 0 };
  const pick = picker(seed);
  for (let n = 0; n < count; n++) {
    now += pick([0, 0, 1_000, 5_000]);
    const from = pick(['claude', 'gpt', 'gemini', 'gemini']);
    const to = pick(AGENTS.filter((name) => name !== from));
    const type = pick(['INFO', 'QUERY', 'CODE_CHANGE']);
    const request = {
      ...{ from, to: [to], type, subject: `Number ${n}`, details: pick([...'xxxxxxx', SECRET]) },
      context: type === 'CODE_CHANGE' ? { files_changed: [pick(['src/a.ts', 'test/a.ts'])] } : {},
      idempotencyKey: `${from}-${pick([n, n, n, 0])}-${seed}`,
    };
    // Takes nothing, and is not logged.
    const inConflict = (await comms.verdicts(request)).conflicts.length > 0 ? 1 : 0;
    try {
      const { message, deliveries } = await comms.send(request);
      const known = [...seen.sent, ...seen.held].includes(message.id);
      if (known) {
        seen.duplicates += 1;
        continue;
      }
      (deliveries[0]?.outcome === 'held' ? seen.held : seen.sent).push(message.id);
    } catch (error) {
      if (!(error instanceof CommsError)) throw error;
      const because = (error.details?.verdicts ?? [{ code: error.code }]) as { code: string }[];
      seen.refused.push([...new Set(because.map(({ code }) => code))]);
    }
    seen.conflicts += inConflict;
    if (n % 5 === 4) await work(comms, pick, seen);
  }
  return seen;
}

/** Somebody decides, and somebody finishes something. */
async function work(comms: Comms, pick: <T>(values: readonly T[]) => T, seen: Seen): Promise<void> {
  const [held] = (await comms.held()).messages;
  const isRelease = pick([true, false]);
  if (held && isRelease) {
    await comms.releaseHeld({ id: held.id, by: 'lead' });
    seen.released += 1;
  } else if (held) {
    await comms.rejectHeld({ id: held.id, by: 'lead', reason: 'No.' });
    seen.rejected += 1;
  }
  const agent = pick(AGENTS);
  const [open] = (await comms.inbox({ agent, filter: { status: ['PENDING'] } })).messages;
  if (open) await comms.complete({ agent, id: open.id });
}

function picker(seed: number): <T>(values: readonly T[]) => T {
  // mulberry32.
  let state = seed;
  return <T>(values: readonly T[]): T => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return values[Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * values.length)] as T;
  };
}

function added(a: Seen, b: Seen): Seen {
  return {
    ...{ sent: [...a.sent, ...b.sent], held: [...a.held, ...b.held], refused: [...a.refused, ...b.refused] },
    conflicts: a.conflicts + b.conflicts,
    ...{ duplicates: a.duplicates + b.duplicates, released: a.released + b.released, rejected: a.rejected + b.rejected },
  };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
