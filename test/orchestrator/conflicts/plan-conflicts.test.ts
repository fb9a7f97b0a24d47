import { describe, expect, test } from 'vitest';
import { planConflicts } from '../../../src/orchestrator/conflicts/plan-conflicts.ts';
import type { Phase, Plan, Task } from '../../../src/orchestrator/plan/plan.ts';
import type { CheckContext } from '../../../src/orchestrator/verdict.ts';
import { aMessage, checkContext } from '../context.ts';

const PHASE: Phase = {
  id: 'build',
  name: 'Implementation',
  agents: ['claude', 'gpt'],
  parallel: true,
  status: 'active',
  communicationEnabled: true,
  rules: { allowInterAgent: true, allowBroadcast: true },
};
const TASK: Task = {
  id: 'T1',
  title: 'Login',
  owner: 'gpt',
  files: ['src/auth/**'],
  dependsOn: [],
  status: 'active',
  communicationEnabled: true,
};
const plan = (change: Partial<Plan> = {}): Plan => ({ phases: [PHASE], tasks: [TASK], decisions: [], ...change });
const about = (type: string, context: Record<string, unknown> = {}, details = 'Something.') =>
  aMessage({ type, content: { details, context, attachments: [] } });
const find = (change: Partial<CheckContext>) => planConflicts(checkContext({ plan: plan(), ...change }));
const codes = (change: Partial<CheckContext>) => find(change).map(({ code }) => code);

const FOREIGN = { files_changed: ['src/auth/login.ts'] };

test('without a plan there is none', () => {
  expect(planConflicts(checkContext({ message: about('CODE_CHANGE', FOREIGN) }))).toEqual([]);
});

describe('files that an active task owns', () => {
  test.each<[string, Partial<CheckContext>, string[]]>([
    ['are changed by somebody else', { message: about('CODE_CHANGE', FOREIGN) }, ['PLAN_CONFLICT']],
    ['are changed by its owner', { sender: 'gpt', recipients: ['claude'], message: about('CODE_CHANGE', FOREIGN) }, []],
    ['are others', { message: about('CODE_CHANGE', { files_changed: ['src/cli.ts'] }) }, []],
    ['are to be fixed by their owner', { message: about('FIX_REQUEST', { files: ['src/auth/login.ts'] }) }, []],
    [
      'are to be fixed by another',
      { recipients: ['gemini'], message: about('FIX_REQUEST', { files: ['src/auth/login.ts'] }) },
      ['PLAN_CONFLICT'],
    ],
    [
      'are to be fixed by several',
      { recipients: ['gpt', 'gemini'], message: about('FIX_REQUEST', { files: ['src/auth/login.ts'] }) },
      ['PLAN_CONFLICT'],
    ],
    [
      'are to be fixed by a group of the owner',
      { recipients: ['team'], groups: { team: ['gpt'] }, message: about('FIX_REQUEST', { files: ['src/auth/a.ts'] }) },
      [],
    ],
    ['are asked about', { recipients: ['gemini'], message: about('QUESTION', { file: 'src/auth/login.ts' }) }, []],
    ['are reported broken', { recipients: ['gemini'], message: about('BUG_REPORT', { file: 'src/auth/login.ts' }) }, []],
    ['are planned with by another', { message: about('COORDINATION', { files: ['src/auth'] }) }, ['PLAN_CONFLICT']],
    ['belong to a task that is done', { plan: plan({ tasks: [{ ...TASK, status: 'done' }] }), message: about('CODE_CHANGE', FOREIGN) }, []],
    [
      'belong to a task that is planned',
      { plan: plan({ tasks: [{ ...TASK, status: 'planned' }] }), message: about('CODE_CHANGE', FOREIGN) },
      [],
    ],
    ['belong to nobody', { plan: plan({ tasks: [{ ...TASK, owner: undefined }] }), message: about('CODE_CHANGE', FOREIGN) }, []],
  ])('%s', (_, change, expected) => expect(codes(change)).toEqual(expected));

  test('are named with the owner and the way out', () => {
    expect(find({ message: about('CODE_CHANGE', FOREIGN) })).toEqual([
      {
        outcome: 'conflict',
        code: 'PLAN_CONFLICT',
        reason: 'The message is about src/auth/login.ts, which the task T1 of gpt owns.',
        hint: 'Ask gpt to do it, or change the owner in plan.json.',
        details: { task: 'T1', owner: 'gpt', files: ['src/auth/login.ts'] },
      },
    ]);
  });
});

describe('a task of somebody else', () => {
  test.each<[string, Partial<CheckContext>, string[]]>([
    ['in a CODE_CHANGE', { task: TASK, message: about('CODE_CHANGE', { files_changed: ['x'] }) }, ['PLAN_CONFLICT']],
    ['in a query to its owner', { task: TASK, message: about('QUERY') }, []],
    ['in a FIX_REQUEST to its owner', { task: TASK, message: about('FIX_REQUEST', { files: ['x'] }) }, []],
  ])('%s', (_, change, expected) => expect(codes(change)).toEqual(expected));

  test('says whose it is', () => {
    expect(find({ task: TASK, message: about('CODE_CHANGE', { files_changed: ['x'] }) })).toMatchObject([
      { reason: 'The message is about the task T1, which gpt owns.' },
    ]);
  });
});

describe('a phase that is not active', () => {
  const planned: Phase = { ...PHASE, id: 'test', status: 'planned' };
  test.each<[string, Partial<CheckContext>, string[]]>([
    ['has not begun', { phase: planned, message: about('QUERY') }, ['PLAN_CONFLICT']],
    ['has ended', { phase: { ...planned, status: 'ended' }, message: about('INFO') }, ['PLAN_CONFLICT']],
    ['is paused, which is refused elsewhere', { phase: { ...planned, status: 'paused' }, message: about('INFO') }, []],
    ['is active', { phase: PHASE, message: about('INFO') }, []],
    ['is answered', { phase: planned, message: about('RESPONSE') }, []],
    ['is acknowledged', { phase: planned, message: about('ACK') }, []],
  ])('%s', (_, change, expected) => expect(codes(change)).toEqual(expected));

  test('is named with the task and the way out', () => {
    const task = { ...TASK, id: 'T9', owner: 'claude', phase: 'test', status: 'planned' as const };
    expect(find({ phase: planned, task, message: about('QUERY') })).toMatchObject([
      {
        reason: 'The message is about the task T9 of the phase test, which has not begun.',
        hint: 'Wait until it begins, or run "comms phase start test".',
      },
    ]);
    expect(find({ phase: { ...planned, status: 'ended' }, message: about('QUERY') })).toMatchObject([
      {
        reason: 'The message is of the phase test, which has ended.',
        hint: 'Send it without this phase, or run "comms phase start test --again".',
      },
    ]);
  });
});

describe('a decision', () => {
  const decided = plan({
    tasks: [],
    decisions: [{ id: 'D1', decision: 'Passwords are hashed with bcrypt.', rejected: ['MD5', 'plain text'] }],
  });
  test.each<[string, Partial<CheckContext>, string[]]>([
    ['is followed', { message: about('CODE_CHANGE', { files_changed: ['x'] }, 'Hashed with bcrypt.') }, []],
    ['is contradicted', { message: about('CODE_CHANGE', { files_changed: ['x'] }, 'Hashed with md5.') }, ['PLAN_CONFLICT']],
    [
      'is contradicted in the context',
      { message: about('DISCOVERY', { recommended_action: 'Store it as plain-text' }) },
      ['PLAN_CONFLICT'],
    ],
    ['is contradicted in the subject', { message: { ...about('FIX_REQUEST'), subject: 'Use MD5' } }, ['PLAN_CONFLICT']],
    ['is not meant by a part of a word', { message: about('CODE_CHANGE', {}, 'The md5sum of the file.') }, []],
    ['may be asked about', { message: about('QUESTION', {}, 'Why not md5?') }, []],
  ])('%s', (_, change, expected) => expect(codes({ plan: decided, ...change })).toEqual(expected));

  test('is named with the way out', () => {
    expect(find({ plan: decided, message: about('COORDINATION', { action: 'Switch to md5' }) })).toMatchObject([
      {
        reason: 'The message proposes MD5, which the decision D1 rejects: Passwords are hashed with bcrypt.',
        hint: 'Follow the decision, or change D1 in plan.json first.',
        details: { decision: 'D1', rejected: ['MD5'] },
      },
    ]);
  });
});
