import { describe, expect, it, test } from 'vitest';
import { CommsError } from '../../../src/errors.ts';
import { planProblems } from '../../../src/orchestrator/plan/check.ts';
import { parsePlanFile } from '../../../src/orchestrator/plan/parse.ts';
import { ALIASES, planOf } from './plans.ts';

const AROUND = { agents: ['claude', 'gpt', 'gemini', 'backend'], groups: { reviewers: ['gpt', 'gemini'] }, aliases: ALIASES };

/** What is found, as "severity CODE path". */
function found(file: object, more: object = {}): string[] {
  const problems = planProblems(planOf(file), { ...AROUND, file: parsePlanFile(JSON.stringify(file)), ...more });
  for (const { message, path, hint, file: name } of problems) {
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(hint).toBeTruthy();
    expect(name).toBe('plan.json');
  }
  return problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

const both = { id: 'p', agents: ['claude', 'gpt'], parallel: true, status: 'active' };
const tasksOn = (a: object, b: object) => [
  { id: 'a', owner: 'claude', files: ['src/a.ts', 'src/x.ts'], ...a },
  { id: 'b', owner: 'gpt', files: ['src/x.ts'], ...b },
];
const OVERLAP = ['warning OVERLAPPING_FILES /tasks/1/files/0'];

describe('finds', () => {
  it.each<[name: string, file: object, problems: string[]]>([
    ['nothing in an empty plan', {}, []],
    [
      'keys that are probably slips',
      {
        phasses: [],
        phases: [{ id: 'p', comunication_enabled: false, communication_rules: { allow_brodcast: false } }],
        tasks: [{ id: 't', file: ['src/a.ts'] }],
        decisions: [{ id: 'd', decision: 'x', reject: ['y'] }],
      },
      [
        'warning UNKNOWN_KEY /phases/0/comunication_enabled',
        'warning UNKNOWN_KEY /phases/0/communication_rules/allow_brodcast',
        'warning UNKNOWN_KEY /tasks/0/file',
        'warning UNKNOWN_KEY /decisions/0/reject',
      ],
    ],
    [
      'nothing in keys of somebody else, or beside the right one',
      { notes: 'x', phases: [{ id: 'p', communication_enabled: true, comunication_enabled: false, ticket: 'T-1' }] },
      [],
    ],
    [
      'nothing in a good one',
      {
        phases: [both, { id: 'q', droids: ['codex', 'Claude'], communication_rules: { message_types: ['query', 'context.query'] } }],
        tasks: [
          { id: 'a', owner: 'claude', phase: 'p', allow_direct_messages: ['reviewers', 'codex'] },
          { id: 'b', owner: 'codex', phase: 'q', depends_on: ['a'] },
        ],
        decisions: [{ id: 'a', decision: 'x' }],
      },
      [],
    ],
    ['two phases of one id', { phases: [{ id: 'p' }, { id: 'q' }, { id: 'p' }] }, ['error DUPLICATE_ID /phases/2/id']],
    ['two tasks of one id', { tasks: [{ id: 't' }, { id: 't' }] }, ['error DUPLICATE_ID /tasks/1/id']],
    [
      'two decisions of one id',
      {
        decisions: [
          { id: 'd', decision: 'a' },
          { id: 'd', decision: 'b' },
        ],
      },
      ['error DUPLICATE_ID /decisions/1/id'],
    ],
    ['an agent that there is not', { phases: [{ id: 'p', agents: ['gpt', 'nobody'] }] }, ['error UNKNOWN_AGENT /phases/0/agents/1']],
    [
      'a droid that there is not',
      { phases: [{ id: 'p', agents: ['gpt'], droids: ['Nobody'] }] },
      ['error UNKNOWN_AGENT /phases/0/droids/0'],
    ],
    ['a group instead of an agent', { phases: [{ id: 'p', agents: ['reviewers'] }] }, ['error UNKNOWN_AGENT /phases/0/agents/0']],
    ['an owner that there is not', { tasks: [{ id: 't', owner: 'gtp' }] }, ['error UNKNOWN_AGENT /tasks/0/owner']],
    ['a subagent that there is not', { tasks: [{ id: 't', subagent_type: 'x' }] }, ['error UNKNOWN_AGENT /tasks/0/subagent_type']],
    [
      'direct messages to nobody',
      { tasks: [{ id: 't', allow_direct_messages: ['gpt', 'x'] }] },
      ['error UNKNOWN_AGENT /tasks/0/allow_direct_messages/1'],
    ],
    [
      'a phase that there is not',
      { phases: [{ id: 'build' }], tasks: [{ id: 't', phase: 'biuld' }] },
      ['error UNKNOWN_PHASE /tasks/0/phase'],
    ],
    ['a dependency that there is not', { tasks: [{ id: 't', depends_on: ['x'] }] }, ['error UNKNOWN_TASK /tasks/0/depends_on/0']],
    [
      'an owner outside of the phase',
      { phases: [both], tasks: [{ id: 't', phase: 'p', owner: 'gemini' }] },
      ['warning NOT_IN_PHASE /tasks/0/owner'],
    ],
    [
      'types that there are not',
      { phases: [{ id: 'p', communication_rules: { message_types: ['query', 'qurey'] } }] },
      ['error UNKNOWN_TYPE /phases/0/communication_rules/message_types/1'],
    ],
    [
      'channels that there are not',
      { tasks: [{ id: 't', communication_channels: ['News'] }] },
      ['error UNKNOWN_TYPE /tasks/0/communication_channels/0'],
    ],
    ['an active phase of nobody', { phases: [{ id: 'p', status: 'active' }] }, ['warning NO_AGENTS /phases/0/agents']],
    ['nobody in a phase that is planned, which is fine', { phases: [{ id: 'p' }] }, []],
    [
      'an agent in two active phases',
      { phases: [both, { ...both, id: 'q', agents: ['gpt', 'gemini'] }, { ...both, id: 'r', status: 'paused' }] },
      ['warning TWO_ACTIVE_PHASES /phases/1/agents'],
    ],
    [
      'a task that waits for one of a later phase',
      {
        phases: [both, { id: 'q' }],
        tasks: [
          { id: 'a', phase: 'p', depends_on: ['b', 'c'] },
          { id: 'b', phase: 'q' },
          { id: 'c', phase: 'p' },
        ],
      },
      ['warning LATER_PHASE /tasks/0/depends_on/0'],
    ],
    ['a task that waits for itself', { tasks: [{ id: 'a', depends_on: ['a'] }] }, ['error CIRCULAR_DEPENDENCY /tasks/0/depends_on']],
    [
      'a circle, once',
      {
        tasks: [
          { id: 'z', depends_on: ['a'] },
          { id: 'a', depends_on: ['b'] },
          { id: 'b', depends_on: ['c'] },
          { id: 'c', depends_on: ['a'] },
        ],
      },
      ['error CIRCULAR_DEPENDENCY /tasks/1/depends_on'],
    ],
    [
      'no circle in a diamond',
      { tasks: [{ id: 'a', depends_on: ['b', 'c'] }, { id: 'b', depends_on: ['d'] }, { id: 'c', depends_on: ['d'] }, { id: 'd' }] },
      [],
    ],
    ['files of two owners without a phase', { tasks: tasksOn({}, {}) }, OVERLAP],
    ['files of two owners in a parallel phase', { phases: [both], tasks: tasksOn({ phase: 'p' }, { phase: 'p' }) }, OVERLAP],
    [
      'files of two owners in two active phases',
      {
        phases: [both, { id: 'q', agents: ['gemini', 'gpt'], status: 'active' }],
        tasks: tasksOn({ phase: 'p', owner: 'claude' }, { phase: 'q', owner: 'gemini' }),
      },
      ['warning TWO_ACTIVE_PHASES /phases/1/agents', ...OVERLAP],
    ],
    [
      'no files where the phase is not parallel',
      { phases: [{ ...both, parallel: false }], tasks: tasksOn({ phase: 'p' }, { phase: 'p' }) },
      [],
    ],
    [
      'no files in phases of different times',
      { phases: [both, { id: 'q', agents: ['gpt'] }], tasks: tasksOn({ phase: 'p' }, { phase: 'q' }) },
      [],
    ],
    ['no files where the earlier in the file waits', { tasks: tasksOn({ depends_on: ['b'] }, {}) }, []],
    ['no files of one owner', { tasks: tasksOn({}, { owner: 'claude' }) }, []],
    ['no files of what is done', { tasks: tasksOn({ status: 'done' }, {}) }, []],
    [
      'no files where one waits for the other, over a third',
      { tasks: [...tasksOn({}, { depends_on: ['m'] }), { id: 'm', depends_on: ['a'] }] },
      [],
    ],
  ])('%s', (_, file, problems) => {
    expect(found(file)).toEqual(problems);
  });
});

test.each([
  [{ phases: [{ id: 'p', agents: ['gtp'] }] }, 'Did you mean "gpt"?'],
  [{ phases: [{ id: 'p', agents: ['backend-typescript-architekt'] }] }, 'Did you mean "backend-typescript-architect"?'],
  [{ phases: [{ id: 'p', agents: ['reviewers'] }] }, 'Name its members: gpt, gemini.'],
  [{ phases: [{ id: 'build' }], tasks: [{ id: 't', phase: 'biuld' }] }, 'Did you mean "build"?'],
  [{ tasks: [{ id: 'task-1' }, { id: 't', depends_on: ['task-2'] }] }, 'Did you mean "task-1"?'],
  [{ tasks: [{ id: 't', communication_channels: ['qurey'] }] }, 'Did you mean QUERY?'],
])('suggests what was meant: %j', (file, hint) => {
  expect(planProblems(planOf(file), AROUND)[0]?.hint).toContain(hint);
});

test('a circle is told with its path', () => {
  const tasks = ['a', 'b', 'c'].map((id, at, ids) => ({ id, depends_on: [ids[(at + 1) % 3]] }));
  expect(planProblems(planOf({ tasks }), AROUND)[0]?.message).toContain('a → b → c → a');
});

test('globs are compared by the function that is given', () => {
  const overlaps = (a: string, b: string) => a.startsWith(b.replace('**', ''));
  expect(found({ tasks: tasksOn({ files: ['src/**'] }, { files: ['lib/z.ts', 'src/y.ts'] }) }, { overlaps })).toEqual([
    'warning OVERLAPPING_FILES /tasks/1/files/1',
  ]);
  expect(found({ tasks: tasksOn({ files: ['src/**'] }, { files: ['lib/z.ts', 'src/y.ts'] }) })).toEqual([]);
});

test('what is no glob is told, and does not stop the check', () => {
  const overlaps = (a: string) => {
    if (a.startsWith('..')) throw new CommsError('UNSAFE_PATH', 'It leads out.', { hint: 'Stay.' });
    return false;
  };
  expect(found({ tasks: tasksOn({ files: ['a', '../x'] }, {}) }, { overlaps })).toEqual(['error BAD_GLOB /tasks/0/files/1']);
});

test('a long chain, many circles and very many files end', () => {
  const chain = Array.from({ length: 2000 }, (_, at) => ({ id: `t${at}`, depends_on: at < 1999 ? [`t${at + 1}`] : [] }));
  expect(found({ tasks: chain })).toEqual([]);
  const ring = Array.from({ length: 2000 }, (_, at) => ({ id: `t${at}`, depends_on: [`t${(at + 1) % 2000}`, 't0'] }));
  const circles = planProblems(planOf({ tasks: ring }), AROUND);
  expect(circles.length).toBeGreaterThan(1);
  expect(circles.length).toBeLessThan(50);
  expect(Math.max(...circles.map(({ message }) => message.length))).toBeLessThan(400);
  const many = Array.from({ length: 1900 }, (_, at) => ({ id: `t${at}`, owner: at % 2 ? 'gpt' : 'claude', files: ['a', `f${at}`] }));
  expect(found({ tasks: many }).length).toBeLessThan(150);
  expect(found({ tasks: many }, { overlaps: () => false })).toEqual(['warning TOO_MANY_FILES /tasks']);
});

test('what the plan says is made visible', () => {
  expect(planProblems(planOf({ tasks: [{ id: 't', owner: '\u001b[2Jx\u202e' }] }), AROUND)[0]?.message).not.toMatch(/[\u001b\u202e]/);
});
