import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { editPlan } from '../../../src/orchestrator/plan/edit.ts';

const STARTED = { status: 'active', started_at: 'T1', paused_at: null, ended_at: null };

/** Times of the table are short; what is checked is where they stand. */
const T1 = '2026-01-17T12:00:00.000Z';
const edit = (text: string, change: Record<string, string | null>, id = 'p') =>
  editPlan(text, 'phases', id, Object.fromEntries(Object.entries(change).map(([key, value]) => [key, value === 'T1' ? T1 : value])));

describe('keeps the layout', () => {
  it.each<[name: string, before: string, change: Record<string, string | null>, after: string]>([
    [
      'of one line',
      '{"phases": [{ "id": "p", "name": "x" }]}',
      STARTED,
      `{"phases": [{ "id": "p", "name": "x", "status": "active", "started_at": "${T1}" }]}`,
    ],
    [
      'of one tight line',
      '{"phases":[{"id":"p","name":"x"}]}',
      STARTED,
      `{"phases":[{"id":"p","name":"x","status":"active","started_at":"${T1}"}]}`,
    ],
    [
      'of an id alone',
      '{"phases":[{"id":"p"},{ "id": "q" }]}',
      { status: 'active' },
      '{"phases":[{"id":"p","status":"active"},{ "id": "q" }]}',
    ],
    ['of an id alone, with spaces', '{"phases": [{"id": "p"}]}', { status: 'active' }, '{"phases": [{"id": "p", "status": "active"}]}'],
    [
      'of several lines, with tabs and CRLF',
      '{\r\n\t"phases": [\r\n\t\t{\r\n\t\t\t"id": "p",\r\n\t\t\t"x": [1,\r\n2]\r\n\t\t}\r\n\t]\r\n}\r\n',
      { status: 'active' },
      '{\r\n\t"phases": [\r\n\t\t{\r\n\t\t\t"id": "p",\r\n\t\t\t"x": [1,\r\n2],\r\n\t\t\t"status": "active"\r\n\t\t}\r\n\t]\r\n}\r\n',
    ],
    [
      'of what is there, which changes in its place',
      '\uFEFF{"phases": [{"status" : "planned",  "id": "p", "own": {"a" : 1}}], "more": true}\n',
      { status: 'active' },
      '\uFEFF{"phases": [{"status" : "active",  "id": "p", "own": {"a" : 1}}], "more": true}\n',
    ],
    [
      'when members go',
      '{"phases": [{"id": "p", "status": "paused", "paused_at": "2026-01-17T12:00:00Z", "x": 1, "ended_at": "2026-01-17T12:00:00Z"}]}',
      { status: 'active', paused_at: null, ended_at: null },
      '{"phases": [{"id": "p", "status": "active", "x": 1}]}',
    ],
    [
      'of the first of two with one id',
      '{"phases": [{"id": "p"}, {"id": "p"}]}',
      { status: 'ended' },
      '{"phases": [{"id": "p", "status": "ended"}, {"id": "p"}]}',
    ],
  ])('%s', (_, before, change, after) => {
    expect(edit(before, change)).toBe(after);
  });

  it('of a task', () => {
    expect(editPlan('{"tasks": [{"id": "s"}, {"id": "t", "status": "active"}]}', 'tasks', 't', { status: 'done' })).toBe(
      '{"tasks": [{"id": "s"}, {"id": "t", "status": "done"}]}',
    );
  });
});

test('a name that stands twice is refused, and so is a text that is no plan', () => {
  expect(() => edit('{"phases": [{"id": "p", "status": "planned", "status": "paused"}]}', { status: 'active' })).toThrow(
    expect.objectContaining({ code: 'INVALID_PLAN', message: expect.stringContaining('/phases/0/status: "status" stands there twice') }),
  );
  expect(() => edit('{', {})).toThrow(expect.objectContaining({ code: 'INVALID_PLAN' }));
});

test('of any plan in any layout, nothing else changes', () => {
  const entry = fc.record(
    { name: fc.string(), own: fc.jsonValue(), status: fc.constantFrom('planned', 'active'), paused_at: fc.constant(T1) },
    { requiredKeys: [] },
  );
  const layout = fc.constantFrom<[indent: number | string | undefined, eol: string]>(
    [undefined, '\n'],
    [2, '\n'],
    [4, '\r\n'],
    ['\t', '\n'],
  );
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat(), layout, (entries, nth, [indent, eol]) => {
      const at = nth % entries.length;
      const plan = { before: 1, phases: entries.map((one, n) => ({ id: `p${n}`, ...one })), after: [] };
      const before = JSON.stringify(plan, null, indent).replaceAll('\n', eol);
      const after = edit(before, { status: 'ended', ended_at: 'T1', paused_at: null }, `p${at}`);
      const { paused_at: _, ...rest } = plan.phases[at] ?? {};
      const expected = { ...plan, phases: plan.phases.map((one, n) => (n === at ? { ...rest, status: 'ended', ended_at: T1 } : one)) };
      expect(JSON.parse(after)).toEqual(JSON.parse(JSON.stringify(expected)));
      // A file that a formatter laid out stays as it would lay it out.
      expect(after).toBe(JSON.stringify(JSON.parse(after), null, indent).replaceAll('\n', eol));
    }),
  );
});
