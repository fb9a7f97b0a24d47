import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { combined, parseTasks } from '../../../src/orchestrator/brief/task-file.ts';

const parse = (value: unknown) => parseTasks(JSON.stringify(value), { bee: 'b' });

test("the seed's example, word for word", () => {
  const text = readFileSync(new URL('../../../fixtures/tasks/frontend-developer.json', import.meta.url), 'utf8');
  expect(parseTasks(text, {})).toEqual([
    {
      agent: 'frontend-developer',
      description: 'Build user profile UI',
      prompt: '...',
      communicationEnabled: true,
      allowDirectMessages: ['backend-architect', 'security-auditor'],
      messageTypes: ['QUERY', 'DISCOVERY', 'COORDINATION'],
    },
  ]);
});

test('several, by alias, with what is left out', () => {
  expect(parse([{ subagent_type: 'Bee' }, { subagent_type: 'c', allow_direct_messages: true, more: 1 }])).toEqual([
    { agent: 'b', description: '', prompt: '', communicationEnabled: false },
    { agent: 'c', description: '', prompt: '', communicationEnabled: false, allowDirectMessages: true },
  ]);
});

describe('refuses', () => {
  it.each([
    ['{', 'line 1, column 2'],
    ['[]', 'found an empty list'],
    ['7', 'expected an object, found the number 7'],
    ['{}', '/subagent_type: expected the name of an agent, found nothing'],
    ['[{"subagent_type": "a"}, {"subagent_type": ""}]', '/1/subagent_type'],
    ['{"subagent_type": "a", "prompt": 1}', '/prompt: expected a string'],
    ['{"subagent_type": "a", "communication_enabled": "yes"}', '/communication_enabled: expected true or false'],
    ['{"subagent_type": "a", "allow_direct_messages": "b"}', '/allow_direct_messages'],
    ['{"subagent_type": "a", "communication_channels": [1], "description": null}', '(and 1 more)'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'nested more than 100 deep'],
  ])('%s', (text, part) => {
    expect(() => parseTasks(text, {})).toThrow(
      expect.objectContaining({
        code: 'INVALID_PLAN',
        message: expect.stringContaining(part),
        hint: expect.stringContaining('subagent_type'),
      }),
    );
  });
});

test.each([
  [[{}], { communicationEnabled: false, allowDirectMessages: [] }],
  [[{}, { communication_enabled: true }], { communicationEnabled: true, allowDirectMessages: [] }],
  [
    [
      { communication_enabled: true, communication_channels: ['query'], allow_direct_messages: ['bee'] },
      { communication_enabled: true, communication_channels: ['info', 'query'], allow_direct_messages: ['c', 'b'] },
      { communication_channels: ['ack'], allow_direct_messages: true },
    ],
    { communicationEnabled: true, allowDirectMessages: ['b', 'c'], messageTypes: ['QUERY', 'INFO'] },
  ],
  [
    [
      { communication_enabled: true, allow_direct_messages: true },
      { communication_enabled: true, communication_channels: ['query'] },
    ],
    { communicationEnabled: true, allowDirectMessages: true },
  ],
])('together %j allow %j', (tasks, expected) => {
  expect(combined(parse(tasks.map((task) => ({ subagent_type: 'a', ...task }))))).toEqual(expected);
});
