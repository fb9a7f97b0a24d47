import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import { entryOf, type Happening } from '../../../src/orchestrator/traffic/entry-of.ts';
import { isTrafficEntry, parseTraffic, trafficLine } from '../../../src/orchestrator/traffic/parse.ts';
import { info } from '../../message/fixtures.ts';
import { anySecret, runsOf } from '../sensitive/secrets.ts';

const at = Date.parse('2026-01-17T12:00:00Z');
const base: Happening = { at, event: 'sent', message: info({ uid: 'abc123' }), recipients: ['gpt'], mode: 'direct' };
const entry = {
  at: '2026-01-17T12:00:00.000Z',
  event: 'sent',
  sender: 'claude',
  recipients: ['gpt'],
  type: 'INFO',
  priority: 'high',
  mode: 'direct',
  id: 'msg-006',
  uid: 'abc123',
} as const;

describe('an entry', () => {
  it.each<[string, Partial<Happening>, object]>([
    ['of a message that was sent', {}, entry],
    [
      'with all there is',
      {
        event: 'held',
        phase: { id: 'p1' },
        task: { id: 't1' },
        verdicts: [
          { rule: 'format', outcome: 'pass' },
          { rule: 'conflicts', outcome: 'conflict', code: 'PLAN_CONFLICT', reason: 'r', hint: 'h', details: { a: 1 } },
        ],
        deliveries: [{ recipient: 'gpt', outcome: 'held', more: 'x' } as never],
        by: 'lead',
      },
      {
        ...entry,
        event: 'held',
        phase: 'p1',
        task: 't1',
        findings: [{ rule: 'conflicts', outcome: 'conflict', code: 'PLAN_CONFLICT' }],
        deliveries: [{ recipient: 'gpt', outcome: 'held' }],
        by: 'lead',
      },
    ],
    ['of an own type', { message: info({ uid: 'abc123', type: 'context.query' }) }, { ...entry, type: 'context.query' }],
    ['of what is no type', { message: info({ uid: 'abc123', type: 'so what' }) }, { ...entry, type: 'unknown' }],
    ['of a type in small letters', { message: info({ uid: 'abc123', type: 'bug_report' }) }, { ...entry, type: 'BUG_REPORT' }],
    [
      'with names that are none',
      { recipients: ['gpt', 'a b'], by: 'x y', message: info({ uid: 'abc123', sender: 'C D' }) },
      { ...entry, sender: 'unknown' },
    ],
  ])('%s', (_, change, expected) => {
    const made = entryOf({ ...base, ...change });
    expect(made).toEqual(expected);
    expect(isTrafficEntry(made)).toBe(true);
  });

  it('of a refused message has no id', () => {
    const { id, uid, ...rest } = entry;
    expect(entryOf({ ...base, event: 'refused' })).toEqual({ ...rest, event: 'refused' });
  });

  it('of a message with a secret names no type of its own, where that may be it', () => {
    const verdicts = [{ rule: 'sensitive', outcome: 'refuse', code: 'SENSITIVE_DATA' }] as const;
    expect(entryOf({ ...base, verdicts, message: info({ type: 'own.key-123' }) }).type).toBe('unknown');
    expect(entryOf({ ...base, verdicts }).type).toBe('INFO');
  });

  it('holds nothing of a message that has secrets everywhere', () => {
    const messages = fc.array(anySecret, { minLength: 3, maxLength: 3 }).map((examples) => {
      const [a = '', b = '', c = ''] = examples.map(({ text }) => text);
      const message = {
        ...info(),
        ...{ id: a, uid: b, timestamp: c, sender: a, recipient: b, type: `own.${c}`.toLowerCase(), priority: a, status: b, subject: c },
        ...{
          content: { details: a, context: { [b]: c }, attachments: [{ path: a, sha256: b }], [c]: a },
          references: [b],
          requires_response: true,
        },
        ...{ version: c, channel: a, correlation_id: b, idempotency_key: c, expires_at: a, not_before: b, expected_response_time: c },
        ...{ metadata: { task_id: a, phase_id: b, recipients: [c] }, delivery: { last_error: a, result: b, claimed_by: c }, [a]: b },
      } as unknown as Message;
      return { message, secrets: examples.map(({ secret }) => secret), texts: [a, b, c] };
    });
    fc.assert(
      fc.property(
        messages,
        fc.constantFrom('sent', 'duplicate', 'held', 'refused', 'released', 'rejected'),
        ({ message, secrets, texts }, event) => {
          const [a = '', b = '', c = ''] = texts;
          const verdicts = [{ rule: 'sensitive', outcome: 'refuse', code: 'SENSITIVE_DATA', reason: a, hint: b, details: { c } }] as const;
          const deliveries = [
            { recipient: a, outcome: b },
            { recipient: 'gpt', outcome: c },
          ];
          const line = trafficLine(entryOf({ at, event, message, recipients: [a, b, c], mode: 'direct', verdicts, deliveries, by: a }));
          for (const secret of secrets) for (const run of runsOf(secret, 8)) expect(line).not.toContain(run);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a log', () => {
  it('is read as it was written', () => {
    expect(parseTraffic(trafficLine(entry as never) + trafficLine({ ...entry, event: 'held' } as never))).toEqual([
      entry,
      { ...entry, event: 'held' },
    ]);
  });

  it('is read behind every place where a writer can have died', () => {
    const line = trafficLine({ ...entry, by: '{"at":"', task: '\n{"at":' } as never);
    for (let length = 0; length < line.length; length++) {
      expect(parseTraffic(line.slice(0, length) + line)).toContainEqual(JSON.parse(line));
      expect(parseTraffic(`${line.slice(0, length)}\n${line}`)).toContainEqual(JSON.parse(line));
    }
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['null', null],
    ['no time', { ...entry, at: 'soon' }],
    ['a time that is none', { ...entry, at: '2026-99-17T12:00:00Z' }],
    ['a strange event', { ...entry, event: 'gone' }],
    ['no sender', { ...entry, sender: undefined }],
    ['recipients that are no list', { ...entry, recipients: 'gpt' }],
    ['a recipient that is no name', { ...entry, recipients: [1] }],
    ['a strange type', { ...entry, type: {} }],
    ['a strange priority', { ...entry, priority: 'urgent' }],
    ['a strange mode', { ...entry, mode: 'x' }],
    ['an id that is none', { ...entry, id: 7 }],
    ['a very long id', { ...entry, id: 'x'.repeat(300) }],
    ['a strange rule', { ...entry, findings: [{ rule: 'x', outcome: 'refuse', code: 'REFUSED' }] }],
    ['a strange outcome', { ...entry, findings: [{ rule: 'rate', outcome: 'pass', code: 'REFUSED' }] }],
    ['a strange code', { ...entry, findings: [{ rule: 'rate', outcome: 'refuse', code: 'toString' }] }],
    ['deliveries that are no list', { ...entry, deliveries: {} }],
    ['a delivery to nobody', { ...entry, deliveries: [{ outcome: 'delivered' }] }],
  ])('leaves out %s', (_, value) => {
    expect(isTrafficEntry(entry)).toBe(true);
    expect(isTrafficEntry(value)).toBe(false);
    expect(parseTraffic(`${JSON.stringify(value)}\n`)).toEqual([]);
  });
});
