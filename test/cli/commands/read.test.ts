import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms read', () => {
  test('shows the headers, the details and the context', async () => {
    const { comms, sent } = testWorkspace();
    await sent('--context file=a.ts --ref 1');
    const { out } = await comms('read msg-001');
    for (const line of ['from: claude', 'to: gpt', 'follows: msg-001', 'How are you?', 'file: a.ts', 'found in: gpt']) {
      expect(out.split('\n')).toContain(line);
    }
  });

  test.each(['msg-001', '1', 'msg-1', 'MSG-001', '#1', '001'])('takes the id as %s', async (id) => {
    const { json, sent } = testWorkspace();
    await sent();
    expect((await json(`read ${id}`)).data.message.id).toBe('msg-001');
  });

  test('answers with the message as it is kept, and its place beside it, in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    expect(Object.keys((await json('read 1')).data)).toEqual(['message', 'place']);
  });

  test('shows the copy of the acting agent', async () => {
    const { comms, json } = testWorkspace();
    await comms('send --from claude --to gpt,gemini --type INFO --subject S --details D');
    expect((await json('read 1 --as gemini')).data.message.recipient).toBe('gemini');
  });

  test('says why a message is blocked', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('block 1 --as gpt --reason "no access"');
    expect((await comms('read 1')).out).toContain('blocked because: no access\n');
  });

  test('names the id that it looked for, with the next step', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    const { exit, out, err } = await comms('read 12');
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(err).toMatch(/There is no message msg-012 .*\nhint: /);
  });
});
