import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms fail', () => {
  test('says which attempt it was, and when the next may be', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    const { out } = await comms('fail 1 --as gpt --error red');
    expect(out).toBe('Failed msg-001 (INFO from claude), attempt 1 of 3: it is tried again after 1s.\n');
  });

  test('says that the last attempt was the last', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('fail 1 --as gpt --error red');
    await comms('fail 1 --as gpt --error red');
    expect((await comms('fail 1 --as gpt --error red')).out).toContain('that was the last; it is in the dead letters now.\n');
  });

  test('keeps the error, here from stdin', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('fail 1 --as gpt --error -', { stdin: 'red\n' });
    expect(data).toMatchObject({ message: { status: 'PENDING', delivery: { last_error: 'red' } } });
  });

  test('needs --error, and shows how', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    const { exit, err } = await comms('fail 1 --as gpt');
    expect({ exit, err }).toEqual({
      exit: 2,
      err: 'comms: comms fail needs --error.\nhint: For example: comms fail msg-007 --as gpt --error "The build is red"\n',
    });
  });
});
