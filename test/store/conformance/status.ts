import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function statusCases(suite: Suite): void {
  const { deliver, refusal } = suite;

  describe('status and presence', () => {
    test('counts and lists follow every change', async () => {
      await deliver();
      await deliver();
      await suite.store.claim({ agent: 'gpt' });
      expect(await suite.store.status()).toMatchObject({
        last_message_id: 'msg-002',
        agents: {
          gpt: {
            status: 'idle',
            current_task: null,
            messages_pending: 1,
            messages_in_progress: 1,
            messages_blocked: 0,
            messages_processed: 0,
            error_count: 0,
          },
        },
        pending_items: ['msg-002'],
        in_progress_items: ['msg-001'],
        blocked_items: [],
        completed_items: [],
      });
    });

    test('what an agent says of itself stays', async () => {
      await suite.store.setPresence('gpt', { status: 'active', currentTask: 'tests' });
      await deliver();
      await suite.store.setPresence('gpt', { status: 'busy' });
      expect((await suite.other.status()).agents.gpt).toMatchObject({ status: 'busy', current_task: 'tests', messages_pending: 1 });
      await suite.store.setPresence('gpt', { currentTask: null });
      expect((await suite.store.status()).agents.gpt).toMatchObject({ status: 'busy', current_task: null });
    });
  });

  describe('inboxes', () => {
    test('a new agent can be written to; one with open messages is not taken away', async () => {
      await suite.store.addInbox('codex');
      const { id } = await deliver({}, ['codex']);
      expect(await refusal(suite.store.removeInbox('codex'))).toBe('WRONG_STATUS');
      await suite.store.complete({ agent: 'codex', id });
      await suite.store.removeInbox('codex');
      expect(await refusal(deliver({}, ['codex']))).toBe('UNKNOWN_AGENT');
    });
  });
}
