import { describe, expect, test } from 'vitest';
import type { SendRequest } from '../../../src/core/context.ts';
import { CommsError } from '../../../src/errors.ts';
import { info } from '../context.ts';
import { routingContext } from './context.ts';

const PHASE = {
  id: 'build',
  name: 'Implementation',
  agents: ['claude', 'codex'],
  parallel: true,
  status: 'active',
  started_at: '2026-01-17T11:00:00.000Z',
  communication_enabled: true,
  communication_rules: { allow_inter_agent: true, allow_broadcast: true },
};
const planWith = (...tasks: object[]) => ({ version: '1.0', phases: [PHASE], tasks });
const T1 = { id: 'T1', title: 'Login', owner: 'gpt', phase: 'build', files: ['src/auth/**'] };
const change = (more: Partial<SendRequest> = {}): SendRequest =>
  info({ type: 'CODE_CHANGE', context: { files_changed: ['src/auth/login.ts'] }, ...more });
const waits = (from: string, to: string): SendRequest => ({
  from,
  to: [to],
  type: 'COORDINATION',
  subject: 'Waiting',
  details: `${from} waits for ${to}.`,
  context: { coordination_type: 'blocker', action: 'Wait', impact: 'All' },
});

describe('a message in conflict', () => {
  test('is held where a decision is to be made, and logged', async () => {
    const { comms, log } = routingContext({ communication: {} }, { plan: planWith(T1) });
    const sent = await comms.send(change());
    const reason = 'The message is about src/auth/login.ts, which the task T1 of gpt owns.';
    expect(sent.deliveries).toEqual([{ recipient: 'gpt', outcome: 'held', reason }]);
    expect(sent.conflicts).toEqual([
      { type: 'plan_conflict', description: reason, resolution: 'Ask gpt to do it, or change the owner in plan.json.' },
    ]);
    expect((await comms.inbox({ agent: 'gpt' })).messages).toEqual([]);
    expect(log).toMatchObject([
      {
        event: 'held',
        id: 'msg-001',
        sender: 'claude',
        recipients: ['gpt'],
        mode: 'mediated',
        phase: 'build',
        findings: [{ rule: 'conflicts', outcome: 'conflict', code: 'PLAN_CONFLICT' }],
      },
    ]);
  });

  test('would be held, too, where it is said again', async () => {
    const { comms, log } = routingContext({ communication: {} }, { plan: planWith(T1) });
    await comms.send(change({ from: 'gpt', to: ['claude'] }));
    const { replays } = await comms.replay({ from: 'gemini', to: 'claude', dryRun: true });
    const reason = 'The message is about src/auth/login.ts, which the task T1 of gpt owns.';
    expect(replays).toMatchObject([{ outcome: 'held', reason }]);
    expect(log).toHaveLength(1);
    expect((await comms.replay({ from: 'gemini', to: 'claude' })).replays).toMatchObject([{ outcome: 'held', reason }]);
  });

  test('is recorded and goes through where the mode is direct', async () => {
    const { comms, log } = routingContext({ communication: { mode: 'direct' } }, { plan: planWith(T1) });
    const sent = await comms.send(change());
    expect(sent.deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered' }]);
    expect(sent.conflicts).toHaveLength(1);
    expect(sent.warnings).toEqual([
      'Conflict (plan_conflict): The message is about src/auth/login.ts, which the task T1 of gpt owns. Ask gpt to do it, or change the owner in plan.json. The message was sent all the same.',
    ]);
    expect(log).toMatchObject([{ event: 'sent', mode: 'direct', findings: [{ code: 'PLAN_CONFLICT' }] }]);
  });

  test('a plain workspace only records it', async () => {
    const { comms } = routingContext({}, { plan: planWith(T1) });
    expect((await comms.send(change())).deliveries).toMatchObject([{ outcome: 'delivered' }]);
  });

  test('a broadcast goes to everybody, and says so', async () => {
    const { comms, log } = routingContext({ communication: {} }, { plan: planWith(T1) });
    const sent = await comms.send(change({ to: 'broadcast' }));
    expect(sent.deliveries.map(({ recipient, outcome }) => `${recipient} ${outcome}`)).toEqual(['gpt delivered', 'gemini delivered']);
    expect(log).toMatchObject([
      {
        mode: 'broadcast',
        deliveries: [
          { recipient: 'gpt', outcome: 'delivered' },
          { recipient: 'gemini', outcome: 'delivered' },
        ],
      },
    ]);
  });

  test('conflict_detection: false looks for none', async () => {
    const { comms } = routingContext({ communication: { conflict_detection: false } }, { plan: planWith(T1) });
    expect(await comms.send(change())).toMatchObject({ deliveries: [{ outcome: 'delivered' }], warnings: [] });
  });

  test.each<[unknown, string]>([
    [true, 'delivered'],
    [['codex'], 'delivered'],
    [['gemini'], 'held'],
    [false, 'held'],
  ])('a task whose allow_direct_messages is %j: %s', async (allow_direct_messages, outcome) => {
    const own = { id: 'T2', title: 'Session', owner: 'claude', phase: 'build', files: [], allow_direct_messages };
    const { comms } = routingContext({ communication: {} }, { plan: planWith(T1, own) });
    expect((await comms.send(change())).deliveries).toMatchObject([{ outcome }]);
  });
});

describe('reservations', () => {
  const reservations = {
    version: '1.0',
    reservations: [{ agent: 'gpt', path: 'src/api', reserved_at: '2026-01-17T11:59:00.000Z', expires_at: '2026-01-17T12:30:00.000Z' }],
  };
  const touches = (file: string, more: Partial<SendRequest> = {}) => change({ context: { files_changed: [file] }, ...more });

  test('hold what is about the files of somebody else, until they end', async () => {
    const { comms, ctx } = routingContext({ communication: {} }, { reservations });
    expect((await comms.send(touches('src/api/user.ts'))).conflicts).toEqual([
      {
        type: 'reservation_conflict',
        description: 'The message is about files that gpt has reserved: src/api, until 2026-01-17T12:30:00.000Z.',
        resolution: 'Ask gpt to do it or to run "comms unreserve src/api", or wait until 2026-01-17T12:30:00.000Z.',
      },
    ]);
    expect((await comms.send(touches('src/web/user.ts'))).conflicts).toBeUndefined();
    expect((await comms.send(touches('src/api/user.ts', { from: 'gpt', to: ['claude'] }))).conflicts).toBeUndefined();
    expect(
      (await comms.send(info({ type: 'FIX_REQUEST', to: ['gpt'], context: { files: ['src/api/user.ts'] } }))).conflicts,
    ).toBeUndefined();
    expect(
      (await comms.send(info({ type: 'FIX_REQUEST', to: ['gemini'], context: { files: ['src/api/user.ts'] } }))).conflicts,
    ).toHaveLength(1);
    ctx.tick(31 * 60_000);
    expect((await comms.send(touches('src/api/user.ts'))).conflicts).toBeUndefined();
  });
});

describe('circles of dependencies', () => {
  test('are held with their path, and end with the message that is waited for', async () => {
    const { comms } = routingContext({ communication: {} });
    await comms.send(waits('claude', 'gpt'));
    await comms.send(waits('gpt', 'gemini'));
    const sent = await comms.send(waits('gemini', 'claude'));
    expect(sent.deliveries).toMatchObject([{ outcome: 'held' }]);
    expect(sent.conflicts?.[0]?.description).toContain('claude → gpt (msg-001) → gemini (msg-002) → claude');
    await comms.complete({ agent: 'gpt', id: 'msg-001' });
    expect((await comms.send(waits('gemini', 'claude'))).deliveries).toMatchObject([{ outcome: 'delivered' }]);
  });
});

describe('a message of a phase', () => {
  test('is marked with it, and with the time of its answer', async () => {
    const { comms } = routingContext({ communication: { timeout_minutes: 15 } }, { plan: planWith() });
    const { message } = await comms.send(info({ type: 'QUERY' }));
    expect(message).toMatchObject({ metadata: { phase_id: 'build' }, expected_response_time: 15 });
    expect((await comms.read({ id: message.id })).message).toMatchObject({ metadata: { phase_id: 'build' }, expected_response_time: 15 });
  });

  test.each<[string, Partial<SendRequest>, unknown]>([
    ['its own time stays', { type: 'QUERY', expectedResponseTime: 3 }, 3],
    ['what asks for no answer has none', { type: 'INFO' }, undefined],
    ['outside of it there is none', { type: 'QUERY', from: 'gemini' }, undefined],
  ])('%s', async (_, request, minutes) => {
    const { comms } = routingContext({ communication: { timeout_minutes: 15 } }, { plan: planWith() });
    expect((await comms.send(info(request))).message.expected_response_time).toBe(minutes);
  });

  test('has the time of its own phase before that of the workspace', async () => {
    const plan = { ...planWith(), phases: [{ ...PHASE, communication_rules: { ...PHASE.communication_rules, timeout_minutes: 5 } }] };
    const { comms } = routingContext({ communication: { timeout_minutes: 15 } }, { plan });
    expect((await comms.send(info({ type: 'QUERY' }))).message.expected_response_time).toBe(5);
  });

  test('no more than max_messages_per_phase, and anew when it begins anew', async () => {
    const { comms, log } = routingContext({ communication: { max_messages_per_phase: 2 } }, { plan: planWith() });
    await comms.send(info());
    await comms.send(info({ from: 'gpt', to: ['claude'] }));
    const refused = { code: 'PHASE_LIMIT_REACHED', message: 'The limit of 2 messages of the phase build is used up.' };
    await expect(comms.send(info())).rejects.toMatchObject(refused);
    await expect(comms.send(info(), { waitMs: Number.POSITIVE_INFINITY })).rejects.toMatchObject(refused);
    // It counts in no phase, and nothing restricts it.
    await comms.send(info({ from: 'gemini' }));
    expect(log.map(({ event }) => event)).toEqual(['sent', 'sent', 'refused', 'refused', 'sent']);
    expect(log[2]).toMatchObject({ phase: 'build', findings: [{ rule: 'phase', outcome: 'refuse', code: 'PHASE_LIMIT_REACHED' }] });
    await comms.context.plan?.update((text = '') => text.replace('T11:00', 'T11:30'));
    expect((await comms.send(info())).deliveries).toMatchObject([{ outcome: 'delivered' }]);
  });

  test('no more than the permissions of its sender say', async () => {
    const { comms } = routingContext({ permissions: { claude: { max_messages_per_phase: 1 } } }, { plan: planWith() });
    await comms.send(info());
    await expect(comms.send(info())).rejects.toMatchObject({
      code: 'PHASE_LIMIT_REACHED',
      message: 'The limit of 1 message of claude in the phase build is used up.',
    });
    await comms.send(info({ from: 'gpt', to: ['claude'] }));
  });

  test('a limit of 0 allows none', async () => {
    const { comms } = routingContext({ communication: { max_messages_per_phase: 0 } }, { plan: planWith() });
    await expect(comms.send(info())).rejects.toMatchObject({ code: 'PHASE_LIMIT_REACHED' });
  });
});

describe('a refusal', () => {
  test('tells the first reason and all of them, and is logged without a word of the message', async () => {
    const { comms, log } = routingContext({ permissions: { claude: { can_send_to: ['gemini'], max_urgency: 'low' } } });
    await expect(comms.send(info({ subject: 'Words', details: 'Words' }))).rejects.toMatchObject({
      code: 'RECIPIENT_NOT_ALLOWED',
      message: 'claude may not write to gpt. claude may send nothing more urgent than low, and this is medium.',
      details: { verdicts: [{ code: 'RECIPIENT_NOT_ALLOWED' }, { code: 'URGENCY_NOT_ALLOWED' }] },
    });
    expect(log).toMatchObject([{ event: 'refused', findings: [{ code: 'RECIPIENT_NOT_ALLOWED' }, { code: 'URGENCY_NOT_ALLOWED' }] }]);
    expect(JSON.stringify(log)).not.toContain('Words');
    expect(await comms.store.list({ sections: ['active', 'held'] })).toEqual([]);
  });

  test('a rate limit is logged, too', async () => {
    const { comms, log } = routingContext({ communication: { urgency_limits: { claude: 1 } } });
    await comms.send(info());
    await expect(comms.send(info())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(log.map(({ event, findings }) => [event, findings?.[0]?.code])).toEqual([
      ['sent', undefined],
      ['refused', 'RATE_LIMITED'],
    ]);
  });

  test('of a limit that is waited for is logged only where the waiting was in vain', async () => {
    // A message each 10 ms.
    const { comms, ctx, log } = routingContext({ rate_limits: { sender: { messages: 100, per: '1s', burst: 1 } } });
    await comms.send(info());
    const waits: string[] = [];
    const onWait = ({ code }: CommsError) => {
      waits.push(code);
      if (waits.length === 2) ctx.tick(10);
    };
    await comms.send(info(), { waitMs: 60_000, onWait });
    expect([waits.length, log.map(({ event }) => event)]).toEqual([2, ['sent', 'sent']]);
    await expect(comms.send(info(), { waitMs: 1 })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(log.map(({ event, findings }) => [event, findings?.[0]?.code])[2]).toEqual(['refused', 'RATE_LIMITED']);
    expect(log).toHaveLength(3);
  });

  test('reaches what is replayed', async () => {
    const { comms } = routingContext({ permissions: { gemini: { can_send_to: ['claude'] } } });
    await comms.send(info());
    const refused = [{ outcome: 'failed', error: { code: 'RECIPIENT_NOT_ALLOWED' } }];
    expect((await comms.replay({ from: 'gemini', to: 'gpt', dryRun: true })).replays).toMatchObject(refused);
    expect((await comms.replay({ from: 'gemini', to: 'gpt' })).replays).toMatchObject(refused);
  });
});

describe('what is said again, or answered, in another phase', () => {
  const plan = {
    version: '1.0',
    phases: [
      { ...PHASE, id: 'design', status: 'ended', agents: ['claude'] },
      { ...PHASE, agents: ['claude'] },
      { ...PHASE, id: 'review', agents: ['gpt', 'gemini'] },
    ],
  };

  test('a replay is part of the phase of who replays, and keeps which one it was', async () => {
    const { comms, ctx } = routingContext({ communication: {} }, { plan });
    const { message: old } = await comms.send(info());
    expect(old.metadata?.phase_id).toBe('build');
    await ctx.plan?.update((text) => (text ?? '').replace('"id": "build"', '"id": "construction"'));
    const [replay] = (await comms.replay({ from: 'gpt', to: 'gemini' })).replays;
    expect(replay).toMatchObject({
      outcome: 'delivered',
      message: { metadata: { phase_id: 'review', replay_of: { id: old.id, phase_id: 'build' } } },
    });
  });

  test.each(['', 5, null])('a phase that is called %j is none: the message has that of its sender', async (phase_id) => {
    const { comms } = routingContext({ communication: {} }, { plan });
    expect((await comms.send(info({ metadata: { phase_id, task: 'x' } }))).message.metadata).toEqual({ phase_id: 'build', task: 'x' });
  });

  test('an answer is part of the phase of who answers', async () => {
    const { comms } = routingContext({ communication: {} }, { plan });
    const { message } = await comms.send(info());
    expect((await comms.reply({ id: message.id, from: 'gpt', details: 'Seen.' })).message.metadata).toEqual({ phase_id: 'review' });
  });
});

describe('the log', () => {
  test('a plain workspace logs what was sent, and what was sent before', async () => {
    const { comms, log } = routingContext();
    await comms.send(info({ idempotencyKey: 'k' }));
    await comms.send(info({ idempotencyKey: 'k' }));
    expect(log).toMatchObject([
      {
        at: '2026-01-17T12:00:00.000Z',
        event: 'sent',
        id: 'msg-001',
        sender: 'claude',
        recipients: ['gpt'],
        type: 'INFO',
        mode: 'direct',
        deliveries: [{ recipient: 'gpt', outcome: 'delivered' }],
      },
      { event: 'duplicate', id: 'msg-001' },
    ]);
  });

  test('analytics_tracking: false logs nothing', async () => {
    const { comms, log } = routingContext({
      communication: { analytics_tracking: false },
      permissions: { claude: { can_send_to: ['gpt'] } },
    });
    await comms.send(info());
    await expect(comms.send(info({ to: ['gemini'] }))).rejects.toThrow();
    expect(log).toEqual([]);
  });

  test('that cannot be written is a warning', async () => {
    const { comms, ctx } = routingContext();
    ctx.traffic = { append: async () => 'The log cannot be written: no space left.', read: async () => [] };
    expect((await comms.send(info())).warnings).toEqual(['The log cannot be written: no space left.']);
  });
});

describe('the files that a message names', () => {
  test.each([
    ['an absolute path in the repository', '/repo/src/auth/login.ts', 'held'],
    ['an absolute path elsewhere', '/tmp/login.ts', 'delivered'],
    ['a path out of the repository', '../src/auth/login.ts', 'delivered'],
    ['what is no path at all', 'a\0b', 'held'],
    ['a path in other letters', 'SRC\\Auth\\login.ts', 'held'],
    ['a directory that holds them', 'src', 'held'],
    ['a glob', 'src/*/login.ts', 'held'],
  ])('%s', async (_, file, outcome) => {
    const { comms, ctx } = routingContext({ communication: {} }, { plan: planWith(T1) });
    ctx.repository = {
      globOf: async (path) => {
        if (path.startsWith('/repo/')) return path.slice('/repo/'.length);
        throw new CommsError('UNSAFE_PATH', 'Outside.');
      },
    };
    expect((await comms.send(change({ context: { files_changed: [file] } }))).deliveries).toMatchObject([{ outcome }]);
  });

  test('a task whose glob is none owns nothing by it, and stops nothing', async () => {
    const { comms } = routingContext({ communication: {} }, { plan: planWith({ ...T1, files: ['../x', 'a/{', 'src/auth/**'] }) });
    expect((await comms.send(change())).deliveries).toMatchObject([{ outcome: 'held' }]);
  });
});
