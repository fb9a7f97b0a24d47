import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms reply', () => {
  test('answers the sender, with what it leaves out taken from the message', async () => {
    const { json, sent } = testWorkspace();
    const id = await sent('--priority high');
    const { data } = await json('reply 1 --as gpt --details Fine');
    expect(data.message).toMatchObject({ sender: 'gpt', recipient: 'claude', type: 'INFO', priority: 'high', references: [id] });
    expect(data.deliveries).toEqual([{ recipient: 'claude', outcome: 'delivered' }]);
  });

  test('says in one line what was answered with what', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    const { out } = await comms('reply msg-001 --as gpt --details Fine');
    expect(out).toBe('Answered msg-001 with msg-002 to claude (INFO, medium).\n');
  });

  test('completes the message with --done', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    expect((await comms('reply 1 --as gpt --details Fine --done')).out).toContain('Answered and completed msg-001 with msg-002');
    expect((await json('read 1')).data.message.status).toBe('COMPLETED');
  });

  test('leaves the message open without --done', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('reply 1 --as gpt --details Fine');
    expect((await json('read 1')).data.message.status).toBe('PENDING');
  });

  test('takes the options of a message', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('reply 1 --as gpt --type QUESTION --subject Why --details - --context background=None', {
      stdin: 'Tell me\n',
    });
    expect(data.message).toMatchObject({
      type: 'QUESTION',
      subject: 'Why',
      content: { details: 'Tell me', context: { background: 'None' } },
    });
  });

  test.each([
    ['without details', 'reply 1 --as gpt', 6, 'INVALID_MESSAGE'],
    ['to a message that is not there', 'reply 9 --as gpt --details D', 3, 'MESSAGE_NOT_FOUND'],
    ['to a message of somebody else', 'reply 1 --as gemini --details D', 3, 'MESSAGE_NOT_FOUND'],
    ['by nobody', 'reply 1 --details D', 2, 'NO_IDENTITY'],
  ])('refuses an answer %s', async (_, line, exit, code) => {
    const { json, sent } = testWorkspace();
    await sent();
    const answer = await json(line);
    expect({ exit: answer.exit, code: answer.error.code }).toEqual({ exit, code });
  });
});
