import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms block', () => {
  test('sets the message aside with its reason', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('block 1 --as gpt --reason "no access"');
    expect(data).toMatchObject({ message: { status: 'BLOCKED', delivery: { blocked_reason: 'no access' } } });
  });

  test('says so in one line', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    expect((await comms('block 1 --as gpt --reason R')).out).toBe('Blocked msg-001 (INFO from claude).\n');
  });

  test.each(['', '--reason ""'])('needs a reason: "%s"', async (option) => {
    const { json, sent } = testWorkspace();
    await sent();
    const { exit, error } = await json(`block 1 --as gpt ${option}`);
    expect({ exit, message: error.message }).toEqual({ exit: 2, message: 'comms block needs --reason.' });
  });
});
