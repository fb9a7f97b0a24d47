import { describe, expect, test } from 'vitest';
import type { Handled, Handler } from '../../../src/core/handle-one.ts';
import { info } from '../context.ts';
import { routingContext } from './context.ts';

const PHASE = { name: 'A phase', agents: ['claude', 'gpt'], parallel: true, communication_enabled: true };
const PLAN = {
  version: '1.0',
  phases: [
    { ...PHASE, id: 'design', status: 'ended' },
    { ...PHASE, id: 'build', status: 'active' },
  ],
};

/** Lets gpt work on a question of claude until nothing is left. */
async function worked(handler: Handler, config: object) {
  const { comms, ctx, log } = routingContext(config, { plan: PLAN });
  await comms.send(info({ type: 'QUERY' }));
  const outcomes: Handled['outcome'][] = [];
  for (let round = 0; round < 5; round++) {
    const handling = await comms.onMessage({ agent: 'gpt', once: true, onHandled: ({ outcome }) => outcomes.push(outcome) }, handler);
    await handling.done;
    ctx.tick(600_000);
  }
  const [question] = await ctx.store.find('msg-001');
  return { comms, log, outcomes, question };
}

describe('the answer of a handler', () => {
  test('that is refused fails the attempt, and at the last one the message is a dead letter, of which its sender hears', async () => {
    const { comms, log, outcomes, question } = await worked(() => ({ details: 'Yes.' }), {
      permissions: { gpt: { can_send_to: ['gemini'] } },
    });
    expect(outcomes).toEqual(['failed', 'failed', 'dead']);
    expect(question).toMatchObject({ section: 'dead', message: { delivery: { last_error: 'gpt may not write to claude.' } } });
    expect(log.map(({ event }) => event)).toEqual(['sent', 'refused', 'refused', 'refused']);
    expect((await comms.inbox({ agent: 'claude' })).messages).toMatchObject([{ sender: 'gpt', metadata: { bounce: true } }]);
  });

  test('for which its phase has no message left fails the attempt, and is not waited for', async () => {
    const { outcomes } = await worked(() => ({ details: 'Yes.' }), { communication: { max_messages_per_phase: 1 } });
    expect(outcomes).toEqual(['failed', 'failed', 'dead']);
  });

  test('that is held finishes the message: the work is done', async () => {
    const answer = { type: 'INFO', details: 'Yes.', metadata: { phase_id: 'design' } };
    const { comms, outcomes, question } = await worked(() => answer, { communication: {} });
    expect(outcomes).toEqual(['completed']);
    expect(question?.message).toMatchObject({ status: 'COMPLETED', delivery: { result: 'Answered by msg-002' } });
    expect((await comms.held()).messages).toMatchObject([{ id: 'msg-002', sender: 'gpt' }]);
  });
});
