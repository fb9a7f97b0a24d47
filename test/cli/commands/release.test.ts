import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms release', () => {
  test('lets the message wait again', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    expect((await comms('release 1 --as gpt')).out).toBe('Released msg-001 (INFO from claude); it waits again.\n');
    expect((await json('read 1')).data.message.status).toBe('PENDING');
  });

  test('answers with the message in JSON', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    expect((await json('release 1 --as gpt')).data).toMatchObject({ message: { id: 'msg-001', status: 'PENDING' } });
  });

  test('refuses what nobody claimed', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { exit, error } = await json('release 1 --as gpt');
    expect({ exit, code: error.code }).toEqual({ exit: 5, code: 'WRONG_STATUS' });
  });
});
