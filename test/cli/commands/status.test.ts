import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms status', () => {
  test('shows the agents with their counts, and what is open', async () => {
    const { comms, sent, store } = testWorkspace();
    for (let n = 0; n < 3; n += 1) await sent();
    await comms('claim 2 --as gpt');
    await comms('block 3 --as gpt --reason R');
    await store.setPresence('gpt', { status: 'busy', currentTask: 'the\u001bfix' });
    const { out } = await comms('status');
    expect(out).toMatch(/^gpt +busy +1 +1 +1 +0 +0 +the\\x1bfix$/m);
    expect(out).toMatch(/\nPending: msg-001\nIn progress: msg-002\nBlocked: msg-003\n$/);
  });

  test('shows who is there, once anybody said so', async () => {
    const { comms, pass } = testWorkspace();
    expect((await comms('status')).out).not.toContain('presence');
    await comms('heartbeat --as gpt --status busy');
    pass(120_000);
    const { out } = await comms('status');
    expect(out).toMatch(/^agent +presence +status +pending/);
    expect(out).toMatch(/^gpt +stale +busy +0/m);
    expect(out).toMatch(/^claude +offline +idle +0/m);
  });

  test('says that nothing is open', async () => {
    const { comms } = testWorkspace();
    expect((await comms('status')).out).toMatch(/\n\nNothing is open\.\n$/);
  });

  test('answers with what status.json holds in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('status');
    expect(data).toMatchObject({ last_message_id: 'msg-001', pending_items: ['msg-001'], agents: { gpt: { messages_pending: 1 } } });
  });
});
