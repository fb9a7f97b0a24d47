import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms sent', () => {
  test('tells what became of each copy', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('send --from claude --to gpt,gemini --type INFO --subject S --details D');
    await comms('done 1 --as gpt --result Fine');
    const { out } = await comms('sent --as claude --sort oldest');
    expect(out).toMatch(/^msg-001.*\n {2}Hello\n {2}gpt: COMPLETED: Fine\nmsg-002.*\n {2}S\n {2}gpt: PENDING\n {2}gemini: PENDING\n$/);
  });

  test('answers with messages and outcomes in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('sent --as claude');
    expect(data).toMatchObject({
      messages: [{ id: 'msg-001' }],
      total: 1,
      outcomes: { 'msg-001': [{ recipient: 'gpt', outcome: 'delivered' }] },
    });
  });

  test('says that nothing was sent', async () => {
    const { comms } = testWorkspace();
    const { exit, out, err } = await comms('sent --as gpt');
    expect({ exit, out }).toEqual({ exit: 0, out: '' });
    expect(err).toContain('No messages from gpt.\n');
  });
});
