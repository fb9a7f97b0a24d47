import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

const MESSAGE = { sender: 'claude', recipient: 'gpt', type: 'INFO', subject: 'Whole', content: { details: 'D', context: {} } };

describe('comms check --message', () => {
  test('judges what a file holds, and sends nothing', async () => {
    const { comms, json, root } = testWorkspace();
    writeFileSync(join(root, '..', 'message.json'), JSON.stringify(MESSAGE));
    const { exit, out } = await comms('check --message message.json');
    expect([exit, out]).toEqual([0, expect.stringMatching(/^format {7}ok\n(?:.*\n)*It would be delivered to gpt/)]);
    expect((await json('inbox --as gpt')).data.messages).toEqual([]);
  });

  test('takes no other option for the content, as send does', async () => {
    const { json } = testWorkspace();
    const { exit, error } = await json('check --message - --subject Other', { stdin: JSON.stringify(MESSAGE) });
    expect([exit, error.code]).toEqual([2, 'USAGE']);
    expect(error.message).toContain('--subject');
  });

  test('of what is no message says what is wrong with it', async () => {
    const { comms } = testWorkspace();
    const { exit, out } = await comms('check --message -', { stdin: JSON.stringify({ ...MESSAGE, recipient: 'nobody' }) });
    expect([exit, out]).toEqual([7, expect.stringContaining('UNKNOWN_AGENT')]);
  });
});
