import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms done', () => {
  test('says in one line what was finished', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    expect(await comms('done 1 --as gpt')).toEqual({ exit: 0, out: 'Completed msg-001 (INFO from claude).\n', err: '' });
  });

  test.each([
    ['--result Fine', '', 'Fine'],
    ['--result -', 'from\nstdin\n', 'from\nstdin'],
  ])('keeps the result of "%s"', async (option, stdin, result) => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json(`done 1 --as gpt ${option}`, { stdin });
    expect(data).toMatchObject({ message: { status: 'COMPLETED', delivery: { result } } });
  });

  test('takes the token of the live lease', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('claim 1 --as gpt');
    expect((await json(`done 1 --as gpt --token ${data.message.delivery?.lease_token}`)).ok).toBe(true);
  });

  test('refuses a stale token', async () => {
    const { json, comms, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    const { exit, error } = await json('done 1 --as gpt --token old');
    expect({ exit, code: error.code }).toEqual({ exit: 5, code: 'LEASE_LOST' });
  });

  test('names the id that it looked for, where there is none', async () => {
    const { comms } = testWorkspace();
    const { err, exit } = await comms('done 7 --as gpt');
    expect(exit).toBe(3);
    expect(err).toMatch(/There is no message msg-007 .*\nhint: /);
  });
});
