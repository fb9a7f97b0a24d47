import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms extend', () => {
  test('prolongs the lease from now', async () => {
    const { comms, sent, pass } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    pass(60_000);
    const { out } = await comms('extend 1 --as gpt --lease 2h');
    expect(out).toBe('Extended the lease on msg-001 (INFO from claude): yours for 2h, until 2026-01-17T14:01:00.000Z.\n');
  });

  test('answers with the message in JSON', async () => {
    const { comms, json, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    const { data } = await json('extend 1 --as gpt');
    expect(data).toMatchObject({ message: { delivery: { lease_expires_at: '2026-01-17T12:30:00.000Z' } } });
  });

  test('refuses a lease that ran out', async () => {
    const { comms, json, sent, pass } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt --lease 1m');
    pass(61_000);
    const { exit, error } = await json('extend 1 --as gpt');
    expect({ exit, code: error.code }).toEqual({ exit: 5, code: 'LEASE_LOST' });
  });
});
