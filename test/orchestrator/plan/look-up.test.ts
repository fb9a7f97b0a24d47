import { describe, expect, it, test } from 'vitest';
import { activeTasks, isUnknown, phaseOf, taskOf } from '../../../src/orchestrator/plan/look-up.ts';
import { planOf } from './plans.ts';

const plan = planOf({
  phases: [
    { id: 'paused', agents: ['claude', 'gpt', 'gemini'], status: 'paused' },
    { id: 'one', agents: ['claude'], status: 'active' },
    { id: 'two', agents: ['claude', 'gpt'], status: 'active' },
    { id: 'later', agents: ['mistral'] },
  ],
  tasks: [
    { id: 'a', owner: 'claude', phase: 'one' },
    { id: 'b', owner: 'gpt', phase: 'two' },
    { id: 'c', owner: 'claude', phase: 'two' },
    { id: 'd', owner: 'gpt', phase: 'later' },
    { id: 'e', owner: 'gpt', status: 'done' },
    { id: 'lost', owner: 'gemini', phase: 'nowhere' },
  ],
});

describe('the phase of a message', () => {
  it.each<[metadata: Record<string, unknown> | undefined, sender: string, recipients: string[], expected: string | undefined]>([
    [{ phase_id: 'later' }, 'claude', ['gpt'], 'later'],
    [{ phase_id: 'phase-9' }, 'claude', ['gpt'], 'unknown phase-9'],
    [{ phase_id: 'later', task_id: 'a' }, 'claude', ['gpt'], 'later'],
    [{ task_id: 'a' }, 'gpt', ['claude'], 'one'],
    [{ task_id: 'lost' }, 'gpt', ['claude'], 'unknown nowhere'],
    [{ task_id: 'e' }, 'gpt', ['claude'], 'two'],
    [{ task_id: 'task-9' }, 'gpt', ['claude'], 'two'],
    [undefined, 'claude', ['gpt'], 'two'],
    [undefined, 'claude', ['mistral', 'gpt'], 'two'],
    [undefined, 'claude', ['gemini'], 'one'],
    [undefined, 'claude', ['claude'], 'one'],
    [undefined, 'claude', ['claude', 'gpt'], 'two'],
    [undefined, 'claude', [], 'one'],
    [undefined, 'gemini', ['claude'], 'paused'],
    [undefined, 'mistral', ['claude'], undefined],
    [undefined, 'nobody', ['claude'], undefined],
    [{ phase_id: 7, task_id: { a: 1 } }, 'claude', ['gpt'], 'two'],
    [{ phase_id: '' }, 'claude', ['gpt'], 'two'],
  ])('%j from %s to %j is in %s', (metadata, sender, recipients, expected) => {
    const found = phaseOf(plan, { message: { metadata } as never, sender, recipients });
    expect(isUnknown(found) ? `unknown ${found.unknown}` : found?.id).toBe(expected);
  });
});

describe('the task of a message', () => {
  it.each<[metadata: Record<string, unknown> | undefined, sender: string, expected: string | undefined]>([
    [{ task_id: 'd' }, 'claude', 'd'],
    [{ task_id: 'task-9' }, 'gpt', 'unknown task-9'],
    [undefined, 'gpt', 'b'],
    [undefined, 'claude', undefined],
    [undefined, 'gemini', undefined],
    [{ task_id: 7 }, 'gpt', 'b'],
  ])('%j from %s is %s', (metadata, sender, expected) => {
    const found = taskOf(plan, { message: { metadata } as never, sender });
    expect(isUnknown(found) ? `unknown ${found.unknown}` : found?.id).toBe(expected);
  });
});

test('active tasks are those of active phases', () => {
  expect(activeTasks(plan).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});
