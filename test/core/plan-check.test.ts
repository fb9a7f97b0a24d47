import { expect, test } from 'vitest';
import { checkWorkspace } from '../../src/core/check.ts';
import { inspectText } from '../../src/core/inspect.ts';
import { checkPlan } from '../../src/core/plan.ts';
import { refusal, testContext } from './context.ts';
import { documentOf } from './documents.ts';

const codes = (problems: { code: string; file?: string; path?: string }[]) => problems.map(({ code, file, path }) => [code, file, path]);
const WRONG = { phases: [{ id: 'p', droids: ['codex', 'nobody'] }] };

test('problems of the plan are those of the workspace, too', async () => {
  const ctx = testContext({}, { plan: documentOf(WRONG) });
  expect(codes(await checkPlan(ctx))).toEqual([['UNKNOWN_AGENT', 'plan.json', '/phases/0/droids/1']]);
  expect(codes((await checkWorkspace(ctx)).problems)).toEqual(codes(await checkPlan(ctx)));
  expect((await checkWorkspace(testContext({}, { plan: documentOf() }))).problems).toEqual([]);
  await refusal(() => checkPlan(testContext()), 'PLAN_NOT_FOUND');
});

test('a plan that cannot be read is a problem with a place, and no reason to stop', async () => {
  const broken = testContext({}, { plan: documentOf('{"phases": 1}') });
  expect(codes(await checkPlan(broken))).toEqual([['WRONG_TYPE', 'plan.json', '/phases']]);
  expect(await checkPlan(testContext({}, { plan: documentOf('{\n"phases"') }))).toMatchObject([
    { code: 'BAD_JSON', file: 'plan.json', line: 2 },
  ]);
  const error = Object.assign(new Error('EISDIR: it is a directory'), { code: 'EISDIR' });
  const directory = { ...documentOf(), read: () => Promise.reject(error) };
  expect(codes(await checkPlan(testContext({}, { plan: directory })))).toEqual([['UNREADABLE', 'plan.json', undefined]]);
});

test('a text is told to be a plan by its name, or by what it holds', async () => {
  expect(codes(await inspectText('{"phases": [{}]}'))).toEqual([['MISSING_FIELD', 'plan.json', '/phases/0/id']]);
  expect(codes(await inspectText('{"decisions": 1}', { file: 'a/plan.json' }))).toEqual([['WRONG_TYPE', 'a/plan.json', '/decisions']]);
  expect(await inspectText(JSON.stringify(WRONG))).toEqual([]);
});
