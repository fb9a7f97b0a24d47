import { describe, expect, test } from 'vitest';
import { ago, answer, copy, entry, figures, finding, many, NOW, question } from '../traffic.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('how many', () => {
  test('nothing at all has figures, too', () => {
    expect(figures([])).toEqual({
      window: { since: null, until: null },
      total_messages: 0,
      messages_by_type: {},
      messages_by_agent: { claude: { sent: 0, received: 0 }, gemini: { sent: 0, received: 0 }, gpt: { sent: 0, received: 0 } },
      messages_by_hour: {},
      average_response_time: null,
      response_times: { count: 0, mean_ms: null, median_ms: null, p95_ms: null, by_agent: {} },
      asked: { asked: 0, answered: 0, oldest_unanswered_ms: null, by_sender: {}, by_recipient: {} },
      conflict_rate: null,
      conflicts: { checked: 0, messages: 0, by_code: {}, by_agent: {} },
      refused: { messages: 0, by_code: {}, by_agent: {} },
      success_rate: null,
      outcomes: { succeeded: 0, failed: 0, open: 0 },
      retries: { total: 0, by_agent: {} },
      dead_letters: { total: 0, by_reason: {}, by_agent: {} },
      held: { now: 0, released: 0, rejected: 0 },
      busiest_threads: [],
      waiting: [],
      overdue: { total: 0, by_agent: {} },
      open_by_agent: {},
    });
  });

  test('a broadcast is sent once and received by each', () => {
    const copies = ['gpt', 'gemini'].map((recipient) => copy({ id: 'msg-b', recipient }));
    const { total_messages, messages_by_type, messages_by_agent } = figures(copies);
    expect({ total_messages, messages_by_type }).toEqual({ total_messages: 1, messages_by_type: { INFO: 1 } });
    expect(messages_by_agent).toEqual({
      claude: { sent: 1, received: 0 },
      gemini: { sent: 0, received: 1 },
      gpt: { sent: 0, received: 1 },
    });
  });

  test('each section counts, but what is held was not received, and a bounce was sent by nobody', () => {
    const copies = [
      copy({ section: 'archived' }),
      copy({ section: 'dead' }),
      copy({ section: 'held' }),
      copy({ sender: 'gpt', recipient: 'claude', metadata: { bounce: true } }),
    ];
    const { total_messages, messages_by_agent } = figures(copies);
    expect(total_messages).toBe(3);
    expect(messages_by_agent).toMatchObject({ claude: { sent: 3, received: 0 }, gpt: { sent: 0, received: 2 } });
  });

  test('the most frequent type first; by hour in order, without empty hours', () => {
    const copies = [copy({ type: 'QUERY', timestamp: ago(300) }), ...many(2, () => copy({ timestamp: ago(59) })), copy({ timestamp: 'x' })];
    const { messages_by_type, messages_by_hour } = figures(copies);
    expect(Object.entries(messages_by_type)).toEqual([
      ['INFO', 3],
      ['QUERY', 1],
    ]);
    expect(Object.entries(messages_by_hour)).toEqual([
      ['2026-01-17T07:00:00.000Z', 1],
      ['2026-01-17T11:00:00.000Z', 2],
    ]);
  });

  test('what people wrote by hand may lack everything, or bear any name', () => {
    const copies = [
      copy({ id: '', sender: undefined, type: 7, recipient: '__proto__', subject: undefined, timestamp: null, references: 'x' }),
      copy({ id: '', type: '__proto__', sender: 'constructor', delivery: { attempts: 'many' } }),
      copy({ type: 'constructor', delivery: { attempts: 1e300 }, expected_response_time: 'soon', requires_response: 'yes' }),
      question(9, { sender: '__proto__', recipient: 'constructor' }),
    ];
    const metrics = figures(copies);
    expect(metrics.total_messages).toBe(4);
    expect(Object.entries(metrics.messages_by_type)).toEqual([
      ['?', 1],
      ['QUERY', 1],
      ['__proto__', 1],
      ['constructor', 1],
    ]);
    expect(Object.keys(metrics.messages_by_agent)).toEqual(expect.arrayContaining(['__proto__', 'constructor', '?']));
    expect(metrics.retries.total).toBe(0);
    expect(({} as Record<string, unknown>).sent).toBeUndefined();
  });

  test('the far ends of time', () => {
    const copies = [copy({ timestamp: '-271821-04-20T00:00:00.000Z' }), copy({ timestamp: '+275760-09-13T00:00:00.000Z' })];
    expect(Object.keys(figures(copies).messages_by_hour)).toEqual(['-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z']);
  });
});

describe('the window', () => {
  const copies = [copy({ timestamp: ago(120) }), copy({ timestamp: ago(60) }), copy({ timestamp: ago(10) }), copy({ timestamp: 'x' })];

  test('takes what was sent from then on, and before then', () => {
    expect(figures(copies, { since: NOW - HOUR }).total_messages).toBe(2);
    expect(figures(copies, { since: NOW - HOUR + 1 }).total_messages).toBe(1);
    expect(figures(copies, { since: NOW - 2 * HOUR, until: NOW - HOUR }).total_messages).toBe(1);
  });

  test('is told: as asked for until now, else from the first to the last', () => {
    expect(figures(copies).window).toEqual({ since: ago(120), until: ago(10) });
    expect(figures(copies, { since: NOW - HOUR }).window).toEqual({ since: ago(60), until: ago(0) });
  });

  test('holds for the log, too', () => {
    const traffic = [entry({ at: ago(120) }), entry({ at: ago(5) })];
    expect(figures([], { traffic, since: NOW - HOUR }).conflicts.checked).toBe(1);
  });

  test('answers are found outside of it', () => {
    const one = question(120, { expected_response_time: 5 });
    const metrics = figures([one, answer(one, 90)], { until: NOW - HOUR });
    expect(metrics).toMatchObject({ total_messages: 1, asked: { asked: 1, answered: 1 }, overdue: { total: 0 }, waiting: [] });
  });
});

test('one agent: what it sent, and what came to it', () => {
  const copies = [
    copy(),
    copy({ sender: 'gpt', recipient: 'gemini' }),
    copy({ sender: 'gemini', recipient: 'claude' }),
    copy({ recipient: 'team' }),
  ];
  const traffic = [entry(), entry({ sender: 'gemini', recipients: ['claude'] })];
  const metrics = figures(copies, { traffic, agent: { name: 'gpt', inboxes: ['gpt', 'team'] } });
  expect(metrics.total_messages).toBe(3);
  expect(Object.keys(metrics.messages_by_agent).sort()).toEqual(['claude', 'gemini', 'gpt', 'team']);
  expect(metrics.conflicts.checked).toBe(1);
});

describe('response times', () => {
  test('mean, median and 95th percentile, of all and by who answered', () => {
    const minutes = [1, 2, 3, 4, 100];
    const copies = minutes.flatMap((took, n) => {
      const one = question(200, { recipient: n < 2 ? 'gpt' : 'gemini' });
      return [one, answer(one, took)];
    });
    const { response_times, average_response_time } = figures(copies);
    expect(response_times).toEqual({
      count: 5,
      mean_ms: 22 * MINUTE,
      median_ms: 3 * MINUTE,
      p95_ms: 100 * MINUTE,
      by_agent: {
        gpt: { count: 2, mean_ms: 1.5 * MINUTE, median_ms: 1.5 * MINUTE, p95_ms: 2 * MINUTE },
        gemini: { count: 3, mean_ms: Math.round((107 / 3) * MINUTE), median_ms: 4 * MINUTE, p95_ms: 100 * MINUTE },
      },
    });
    expect(average_response_time).toBe(22);
  });

  test('the nearest rank of twenty is the nineteenth', () => {
    const copies = many(20, (n) => question(200, { id: `msg-q${n}` })).flatMap((one, n) => [one, answer(one, n + 1)]);
    expect(figures(copies).response_times).toMatchObject({ p95_ms: 19 * MINUTE, median_ms: 10.5 * MINUTE });
  });

  test('the first answer counts, a later one and an ACK do not', () => {
    const one = question(60);
    const copies = [one, answer(one, 1, { type: 'ACK' }), answer(one, 9), answer(one, 4)];
    expect(figures(copies).response_times).toMatchObject({ count: 1, median_ms: 4 * MINUTE });
  });

  test('nothing is told of what asked for none', () => {
    const one = copy();
    expect(figures([one, answer(one, 4)])).toMatchObject({
      response_times: { count: 0 },
      average_response_time: null,
      asked: { asked: 0 },
    });
  });

  test('who asked, who was asked, and the age of the oldest without an answer', () => {
    const [one, two, three] = [question(60), question(30), question(20, { recipient: 'gemini' })];
    expect(figures([one, two, three, answer(three, 2)]).asked).toEqual({
      asked: 3,
      answered: 1,
      oldest_unanswered_ms: HOUR,
      by_sender: { claude: { asked: 3, answered: 1, oldest_unanswered_ms: HOUR } },
      by_recipient: {
        gpt: { asked: 2, answered: 0, oldest_unanswered_ms: HOUR },
        gemini: { asked: 1, answered: 1, oldest_unanswered_ms: null },
      },
    });
  });
});

describe('outcomes', () => {
  const open = question(60);
  const answered = question(60);
  const deadButAnswered = question(60, { section: 'dead' });
  test.each<[string, Parameters<typeof figures>[0], number | null, object]>([
    ['completed succeeded', [copy({ status: 'COMPLETED' })], 1, { succeeded: 1, failed: 0, open: 0 }],
    ['archived succeeded', [copy({ section: 'archived' })], 1, { succeeded: 1, failed: 0, open: 0 }],
    [
      'answered succeeded, though open',
      [answered, answer(answered, 1, { type: 'ACK' }), answer(answered, 2)],
      1,
      { succeeded: 2, failed: 0, open: 0 },
    ],
    ['open is not decided', [open], null, { succeeded: 0, failed: 0, open: 1 }],
    ['dead failed', [copy({ section: 'dead' }), copy({ status: 'COMPLETED' })], 0.5, { succeeded: 1, failed: 1, open: 0 }],
    ['dead and answered succeeded', [deadButAnswered, answer(deadButAnswered, 3)], 1, { succeeded: 2, failed: 0, open: 0 }],
    [
      'ACKs and what is held do not count',
      [copy({ type: 'ACK', status: 'COMPLETED' }), copy({ section: 'held' })],
      null,
      { succeeded: 0, failed: 0, open: 0 },
    ],
  ])('%s', (_, copies, success_rate, outcomes) => {
    expect(figures(copies)).toMatchObject({ success_rate, outcomes });
  });

  test('retries are attempts beyond the first; dead letters by reason and inbox', () => {
    const copies = [
      copy({ delivery: { attempts: 3 } }),
      copy({ delivery: { attempts: 1 } }),
      copy({ section: 'dead', recipient: 'gemini', delivery: { attempts: 2, dead_reason: 'failed' } }),
      ...many(2, () => copy({ section: 'dead', delivery: { dead_reason: 'expired' } })),
    ];
    const { retries, dead_letters } = figures(copies);
    expect(retries).toEqual({ total: 3, by_agent: { gpt: 2, gemini: 1 } });
    expect(dead_letters).toEqual({ total: 3, by_reason: { expired: 2, failed: 1 }, by_agent: { gpt: 2, gemini: 1 } });
  });
});

test('attempts that nobody can have made count as a thousand at most', () => {
  expect(figures([copy({ delivery: { attempts: 9_000_000_000 } })]).retries.total).toBe(999);
});

describe('the log', () => {
  test('conflicts over what was checked; a repeated send and a decision were not', () => {
    const traffic = [
      entry(),
      entry({ ...finding('PLAN_CONFLICT', 'conflict') }),
      entry({ event: 'held', id: 'msg-h', sender: 'gpt', ...finding('PLAN_CONFLICT', 'conflict') }),
      entry({ event: 'refused', ...finding('RATE_LIMITED') }),
      entry({ event: 'duplicate' }),
      entry({ event: 'released', id: 'msg-h', ...finding('PLAN_CONFLICT', 'conflict') }),
    ];
    const { conflict_rate, conflicts, refused, held } = figures([], { traffic });
    expect(conflict_rate).toBe(0.5);
    expect(conflicts).toEqual({ checked: 4, messages: 2, by_code: { PLAN_CONFLICT: 2 }, by_agent: { claude: 1, gpt: 1 } });
    expect(refused).toEqual({ messages: 1, by_code: { RATE_LIMITED: 1 }, by_agent: { claude: 1 } });
    expect(held).toEqual({ now: 0, released: 1, rejected: 0 });
  });

  test('several reasons count once for the message, and once for each code', () => {
    const findings = (['SENSITIVE_DATA', 'SENSITIVE_DATA', 'TYPE_NOT_ALLOWED'] as const).flatMap((code) => finding(code).findings);
    expect(figures([], { traffic: [entry({ event: 'refused', findings })] }).refused).toEqual({
      messages: 1,
      by_code: { SENSITIVE_DATA: 1, TYPE_NOT_ALLOWED: 1 },
      by_agent: { claude: 1 },
    });
  });

  test.each<[string, Parameters<typeof copy>[0][], number]>([
    [
      'one with two copies is one',
      [
        { id: 'msg-h', section: 'held' },
        { id: 'msg-h', section: 'held', inbox: 'gemini' },
      ],
      1,
    ],
    ['one that expired, and was purged later', [], 0],
    ['one that lies in an inbox', [{ id: 'msg-h' }], 0],
  ])('held now: %s', (_, copies, now) => {
    const made = copies.map((one) => copy(one));
    expect(figures(made, { traffic: [entry({ event: 'held', id: 'msg-h' })] }).held.now).toBe(now);
  });
});

describe('threads', () => {
  test('are tied by references and correlation ids, the longest first', () => {
    const copies = [
      copy({ id: 'a1', timestamp: ago(50), subject: 'First' }),
      copy({ id: 'a2', timestamp: ago(40), references: ['a1'], sender: 'gpt' }),
      copy({ id: 'a3', timestamp: ago(30), references: ['a2'] }),
      copy({ id: 'b1', timestamp: ago(20), correlation_id: 'c' }),
      copy({ id: 'b2', timestamp: ago(10), correlation_id: 'c' }),
      copy({ id: 'alone', references: ['gone'] }),
      copy({ id: 'again', references: ['a1'], metadata: { replay_of: { id: 'a1' } } }),
    ];
    expect(figures(copies).busiest_threads).toEqual([
      { id: 'a1', subject: 'First', messages: 3, agents: ['claude', 'gpt'], first_at: ago(50), last_at: ago(30) },
      { id: 'b1', subject: 'Something', messages: 2, agents: ['claude'], first_at: ago(20), last_at: ago(10) },
    ]);
  });

  test('the first ten, and one of 20,000 messages is no problem', () => {
    const chain = many(20_000, (n) => copy({ id: `c${n}`, references: n > 0 ? [`c${n - 1}`] : [] }));
    const pairs = many(12, (n) => [copy({ id: `p${n}` }), copy({ references: [`p${n}`] })]).flat();
    const { busiest_threads } = figures([...chain, ...pairs]);
    expect(busiest_threads).toHaveLength(10);
    expect(busiest_threads[0]).toMatchObject({ id: 'c0', messages: 20_000 });
  });
});

describe('what lies open', () => {
  test('who waits for whom, and for how long', () => {
    const done = question(90);
    const copies = [
      question(30),
      question(60, { id: 'msg-old' }),
      question(10, { sender: 'gpt', recipient: 'gemini' }),
      question(99, { status: 'COMPLETED' }),
      done,
      answer(done, 1),
      copy(),
    ];
    expect(figures(copies).waiting).toEqual([
      { from: 'claude', to: 'gpt', count: 2, oldest_id: 'msg-old', oldest_ms: HOUR },
      { from: 'gpt', to: 'gemini', count: 1, oldest_id: expect.any(String), oldest_ms: 10 * MINUTE },
    ]);
  });

  test('what is overdue, by who owes it', () => {
    const copies = [
      question(60, { expected_response_time: 10 }),
      question(60, { expected_response_time: 40 }),
      question(60, { expected_response_time: 90 }),
    ];
    expect(figures(copies).overdue).toEqual({ total: 2, by_agent: { gpt: { count: 2, longest_ms: 50 * MINUTE } } });
  });

  test('by agent and age, and how much lay open at the middle of the window', () => {
    const day = 24 * 60;
    const copies = [
      copy({ timestamp: ago(0) }),
      copy({ timestamp: ago(60) }),
      copy({ timestamp: ago(day) }),
      copy({ timestamp: ago(10 * day) }),
      // Open at the middle, five days ago: completed, or dead, only after that.
      copy({ timestamp: ago(9 * day), status: 'COMPLETED', delivery: { completed_at: ago(day) } }),
      copy({ timestamp: ago(9 * day), section: 'dead', delivery: { dead_at: ago(day) } }),
      copy({ timestamp: ago(9 * day), status: 'COMPLETED', delivery: { completed_at: ago(8 * day) } }),
      copy({ timestamp: ago(9 * day), status: 'COMPLETED' }),
      copy({ recipient: 'gemini', status: 'COMPLETED' }),
    ];
    expect(figures(copies).open_by_agent).toEqual({
      gpt: { open: 4, open_before: 3, oldest_ms: 10 * day * MINUTE, by_age: { under_1h: 1, under_1d: 1, under_7d: 1, older: 1 } },
    });
  });
});
