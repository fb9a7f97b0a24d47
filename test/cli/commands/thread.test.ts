import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms thread', () => {
  test('shows what belongs together, answers indented below', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('reply 1 --as gpt --details Fine');
    await comms('reply 2 --as claude --details Good');
    const { out } = await comms('thread 2');
    const starts = out.split('\n').filter((line) => line.includes('msg-'));
    expect(starts.map((line) => line.slice(0, line.indexOf('msg-') + 7))).toEqual(['msg-001', '↳ msg-002', '  ↳ msg-003']);
  });

  test('answers with the messages, the oldest first, in JSON', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('reply 1 --as gpt --details Fine');
    expect((await json('thread msg-2')).data.messages.map(({ id }) => id)).toEqual(['msg-001', 'msg-002']);
  });

  test('warns of what is referred to and found nowhere', async () => {
    const { comms, sent } = testWorkspace();
    await sent('--ref 44');
    const { exit, err } = await comms('thread 1');
    expect(exit).toBe(0);
    expect(err).toContain('found nowhere: msg-044\n');
  });
});
