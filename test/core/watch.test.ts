import { expect, test } from 'vitest';
import { send } from '../../src/core/send.ts';
import { watch } from '../../src/core/watch.ts';
import { bug, info, refusal, testContext } from './context.ts';

test('tells of one inbox only, through the filter', async () => {
  const ctx = testContext();
  const seen: string[] = [];
  const stop = new AbortController();
  await send(ctx, bug());
  const watching = watch(ctx, {
    agent: 'codex',
    filter: { type: ['BUG_REPORT'] },
    signal: stop.signal,
    onEvent: (event) => seen.push('message' in event ? `${event.event} ${event.message.id}` : event.event),
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await send(ctx, info());
  await send(ctx, bug({ to: ['gemini'] }));
  await send(ctx, bug());
  await ctx.store.complete({ agent: 'gpt', id: 'msg-001' });
  stop.abort();
  await watching;
  expect(seen).toEqual(['waiting msg-001', 'ready', 'message msg-004', 'status msg-001']);
});

test('an unknown agent is refused', async () => {
  await refusal(() => watch(testContext(), { agent: 'gtp', onEvent: () => {}, signal: AbortSignal.abort() }), 'UNKNOWN_AGENT');
});
