import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms ack', () => {
  test('acknowledges, and says so', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    expect(await comms('ack 1 --as gpt')).toEqual({ exit: 0, out: 'Acknowledged msg-001 with msg-002 to claude.\n', err: '' });
  });

  test('answers with message and deliveries in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('ack 1 --from gpt --details Later');
    expect(data.message).toMatchObject({ type: 'ACK', content: { details: 'Later' }, references: ['msg-001'] });
    expect(data.deliveries).toEqual([{ recipient: 'claude', outcome: 'delivered' }]);
  });

  test('refuses to acknowledge an ACK', async () => {
    const { json, comms, sent } = testWorkspace();
    await sent();
    await comms('ack 1 --as gpt');
    const { exit, error } = await json('ack 2 --as claude');
    expect({ exit, code: error.code }).toEqual({ exit: 7, code: 'LOOP_STOPPED' });
  });
});
