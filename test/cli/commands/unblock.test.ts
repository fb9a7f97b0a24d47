import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms unblock', () => {
  test('lets the message wait for work again', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('block 1 --as gpt --reason R');
    expect((await comms('unblock 1 --as gpt')).out).toBe('Unblocked msg-001 (INFO from claude); it waits for work again.\n');
    expect((await json('read 1')).data.message.status).toBe('PENDING');
  });

  test('refuses what is not blocked', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { exit, error } = await json('unblock 1 --as gpt');
    expect({ exit, code: error.code }).toEqual({ exit: 5, code: 'WRONG_STATUS' });
  });
});
