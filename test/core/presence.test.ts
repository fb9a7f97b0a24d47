import { describe, expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import { health, listAgents, presenceOf } from '../../src/core/presence.ts';
import { send } from '../../src/core/send.ts';
import { bug, info, refusal, START, testContext } from './context.ts';

const at = (ms: number) => new Date(START + ms).toISOString();

describe('presence by the age of the last heartbeat', () => {
  const limits = { now: START, staleAfterMs: 120_000, offlineAfterMs: 600_000 };

  test.each([
    ['now', at(0), 'online'],
    ['just younger than stale', at(-119_999), 'online'],
    ['exactly at stale', at(-120_000), 'stale'],
    ['just younger than offline', at(-599_999), 'stale'],
    ['exactly at offline', at(-600_000), 'offline'],
    ['a little ahead, by the clock of another machine', at(119_999), 'online'],
    ['further ahead', at(120_000), 'stale'],
    ['far ahead, by a clock that was wrong', at(600_000), 'offline'],
    ['with an offset', '2026-01-17T13:00:00+01:00', 'online'],
    ['never', undefined, 'offline'],
    ['null', null, 'offline'],
    ['not a time', 'soon', 'offline'],
    ['a number', START, 'offline'],
  ])('%s', (_, lastHeartbeat, presence) => {
    expect(presenceOf(lastHeartbeat, limits)).toBe(presence);
  });

  test('where both limits are the same nobody is stale', () => {
    const same = { now: START, staleAfterMs: 1000, offlineAfterMs: 1000 };
    expect([presenceOf(at(-999), same), presenceOf(at(-1000), same)]).toEqual(['online', 'offline']);
  });
});

describe('agents', () => {
  test('say who is there, and since when who is not', async () => {
    const ctx = testContext();
    await ctx.store.heartbeat('gpt', { status: 'busy', currentTask: 'tests' });
    ctx.tick(300_000);
    await ctx.store.heartbeat('gemini', {});
    expect(await listAgents(ctx)).toMatchObject([
      { name: 'claude', presence: 'offline', last_heartbeat: null, status: 'idle' },
      { name: 'gpt', presence: 'stale', last_heartbeat: at(0), status: 'busy', current_task: 'tests' },
      { name: 'gemini', presence: 'online', last_heartbeat: at(300_000), status: 'idle' },
    ]);
  });
});

describe('health', () => {
  test('of an agent that did nothing', async () => {
    expect(await health(testContext(), 'codex')).toEqual({
      name: 'gpt',
      aliases: ['codex'],
      presence: 'offline',
      last_heartbeat: null,
      status: 'idle',
      current_task: null,
      messages_pending: 0,
      messages_in_progress: 0,
      messages_blocked: 0,
      messages_processed: 0,
      error_count: 0,
      heartbeat_age_ms: null,
      groups: [],
      channels: ['general'],
      oldest_waiting: null,
      leases: [],
      dead_letters: [],
      last_error: null,
      rate_limit: null,
    });
  });

  test('of one that works: leases, what waits, what failed, channels, limit', async () => {
    const ctx = testContext({
      groups: { reviewers: ['gpt', 'gemini'], others: ['claude'] },
      rateLimits: { agents: { gpt: { capacity: 3, refillPerMs: 1 / 60_000 } } },
    });
    for (let n = 0; n < 4; n++) {
      await send(ctx, bug());
      ctx.tick(1000);
    }
    await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
    await ctx.store.fail({ agent: 'gpt', id: 'msg-002', error: 'the first', reject: true });
    ctx.tick(1000);
    await ctx.store.fail({ agent: 'gpt', id: 'msg-003', error: 'no network' });
    await ctx.store.subscribe('builds', 'gpt');
    await ctx.store.heartbeat('gpt', {});
    await reply(ctx, { id: 'msg-004', from: 'gpt', details: 'On it.' });
    ctx.tick(2000);
    const said = await health(ctx, 'gpt');
    expect(said).toMatchObject({
      presence: 'online',
      heartbeat_age_ms: 2000,
      groups: ['reviewers'],
      oldest_waiting: { id: 'msg-003', inbox: 'gpt', age_ms: 5000 },
      leases: [{ id: 'msg-001', inbox: 'gpt', expires_at: at(4000 + 60_000) }],
      dead_letters: ['msg-002'],
      last_error: { id: 'msg-003', error: 'no network' },
      rate_limit: { limit: 'gpt', capacity: 3, tokens: 2, retry_after_ms: 0 },
      messages_pending: 2,
      messages_in_progress: 1,
    });
    expect([...said.channels].sort()).toEqual(['builds', 'general']);
  });

  test('the message of a group is of whoever holds it', async () => {
    const ctx = testContext({ groups: { reviewers: ['gpt', 'gemini'] } });
    await ctx.store.deliver({
      draft: { ...(await draft(ctx)), uid: 'u-1' },
      recipients: ['reviewers'],
    });
    expect(await health(ctx, 'gpt')).toMatchObject({ oldest_waiting: { id: 'msg-002', inbox: 'reviewers' }, leases: [] });
    await ctx.store.claim({ agent: 'gpt', id: 'msg-002' });
    expect(await health(ctx, 'gpt')).toMatchObject({ leases: [{ id: 'msg-002', inbox: 'reviewers' }] });
    expect(await health(ctx, 'gemini')).toMatchObject({ oldest_waiting: null, leases: [] });
  });

  test('a lease that ran out is held no more', async () => {
    const ctx = testContext();
    await send(ctx, info());
    await ctx.store.claim({ agent: 'gpt' });
    ctx.tick(60_000);
    expect(await health(ctx, 'gpt')).toMatchObject({ leases: [], oldest_waiting: { id: 'msg-001', age_ms: 60_000 } });
  });

  test.each([
    ['gtp', 'UNKNOWN_AGENT'],
    ['../gpt', 'INVALID_NAME'],
  ] as const)('of %s is %s', async (name, code) => {
    await refusal(() => health(testContext(), name), code);
  });
});

/** Something that was sent, without its id. */
async function draft(ctx: ReturnType<typeof testContext>) {
  const { id: _, recipient: __, ...rest } = (await send(ctx, info({ to: ['claude'] }))).message;
  return rest;
}
