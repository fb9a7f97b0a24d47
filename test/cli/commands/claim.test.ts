import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms claim', () => {
  test('shows the message, the end of the lease, the token and what to do next', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    const { exit, out } = await comms('claim --as gpt --lease 10m');
    expect(exit).toBe(0);
    for (const line of ['How are you?', 'yours until: 2026-01-17T12:10:00.000Z (10m)', '  comms done msg-001 --as gpt --result "…"']) {
      expect(out.split('\n')).toContain(line);
    }
    expect(out).toMatch(/^token: token-\d+$/m);
  });

  test('answers with the message and its lease in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('claim msg-1 --as gpt');
    expect(data).toMatchObject({ message: { id: 'msg-001', status: 'IN_PROGRESS', delivery: { claimed_by: 'gpt', attempts: 1 } } });
  });

  test('takes the most urgent where no id is given', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await sent('--priority critical');
    expect((await comms('claim --as gpt -q')).out).toBe('msg-002\n');
  });

  test.each([
    ['claim --as gemini', 4, 'NOTHING_TO_CLAIM'],
    ['claim 9 --as gpt', 3, 'MESSAGE_NOT_FOUND'],
    ['claim 1 --as gemini', 3, 'MESSAGE_NOT_FOUND'],
    ['claim 1 --as gpt --lease 0', 2, 'USAGE'],
    ['claim 1', 2, 'NO_IDENTITY'],
  ])('refuses "%s" with exit %i', async (line, exit, code) => {
    const { json, sent } = testWorkspace();
    await sent();
    const answer = await json(line);
    expect({ exit: answer.exit, code: answer.error.code }).toEqual({ exit, code });
  });

  test('refuses what is finished', async () => {
    const { json, comms, sent } = testWorkspace();
    await sent();
    await comms('done 1 --as gpt');
    const { exit, error } = await json('claim 1 --as gpt');
    expect({ exit, code: error.code }).toEqual({ exit: 5, code: 'WRONG_STATUS' });
  });
});
