import { expect, test } from 'vitest';
import { type DriverKind, mergeFile } from '../../src/merge/merge-file.ts';

function merge(kind: DriverKind, base: unknown, ours: unknown, theirs: unknown) {
  const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const merged = mergeFile({ base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) }, kind);
  return merged && { ...merged, bytes: merged.bytes.toString() };
}

/** In both directions; they must agree. */
function merged(kind: DriverKind, base: unknown, ours: unknown, theirs: unknown): unknown {
  const [there, back] = [merge(kind, base, ours, theirs), merge(kind, base, theirs, ours)].map((one) => JSON.parse(one?.bytes ?? 'null'));
  expect(back).toEqual(there);
  return there;
}

const agent = (status: string, messages_pending: number) => ({ status, current_task: null, messages_pending });
const status = (at: string, last_message_id: string, agents: object, pending_items: string[], more: object = {}) => ({
  last_updated: `2026-01-17T12:0${at}:00.000Z`,
  last_message_id,
  agents,
  pending_items,
  ...more,
});

test('status.json: what agents say of themselves from who changed it, ids and counts as on both sides', () => {
  const base = status('0', 'msg-001', { gpt: agent('idle', 1), claude: agent('idle', 0) }, ['msg-001']);
  const ours = status('1', 'msg-002', { gpt: agent('idle', 2), claude: agent('busy', 0) }, ['msg-001', 'msg-002'], { mine: 1 });
  const theirs = status('2', 'msg-003', { gpt: agent('away', 1), claude: agent('idle', 0) }, ['msg-003']);
  expect(merged('status', base, ours, theirs)).toEqual({
    ...status('2', 'msg-003', { gpt: agent('away', 2), claude: agent('busy', 0) }, ['msg-002', 'msg-003']),
    mine: 1,
  });
});

test('status.json never conflicts: where both say something the later one counts, and what is no JSON says nothing', () => {
  const [base, ours, theirs] = ['idle', 'busy', 'away'].map((said, n) => status(String(n), 'msg-001', { gpt: agent(said, 0) }, []));
  expect(merged('status', base, ours, theirs)).toEqual(theirs);
  expect(JSON.parse(merge('status', base, '<<<<<<<', theirs)?.bytes ?? '')).toEqual(theirs);
  expect(merge('status', base, 'a', 'b')).toEqual({ bytes: 'a', conflict: false });
});

test('channels.json: who subscribed or left on one side did; of both, who reads reads', () => {
  const channels = (members: object) => ({ version: '1.0', channels: members });
  const base = channels({ ops: { gpt: '1', gemini: '1' }, general: { gpt: null } });
  const ours = channels({ ops: { gpt: '1', claude: '2' }, general: {} });
  const theirs = channels({ ops: { gpt: '1', gemini: '1' }, general: { gpt: null, gemini: null }, news: { gpt: '3' } });
  expect(merged('channels', base, ours, theirs)).toEqual(
    channels({ ops: { gpt: '1', claude: '2' }, general: { gemini: null }, news: { gpt: '3' } }),
  );
  expect(merged('channels', base, channels({ ops: { gpt: '1' } }), channels({}))).toEqual(channels({}));
  expect(merged('channels', channels({}), channels({ general: { gpt: null } }), channels({ general: { gpt: '1' } }))).toEqual(
    channels({ general: { gpt: '1' } }),
  );
  expect(merge('channels', base, ours, '{')).toBeUndefined();
});

test('reservations.json: by agent and path, of two renewals the longer one; what is none stays', () => {
  const of = (agent: string, path: string, until: string) => ({ agent, path, reserved_at: `at ${path}`, expires_at: until });
  const list = (...reservations: unknown[]) => ({ reservations });
  const base = list(of('gpt', 'a', '1'), of('gpt', 'b', '1'), 'odd');
  const ours = list(of('gpt', 'a', '2'), 'odd', of('claude', 'c', '1'));
  const theirs = list(of('gpt', 'a', '3'), of('gpt', 'b', '1'), of('gemini', 'd', '1'), 'odd');
  expect(merged('reservations', base, ours, theirs)).toEqual(
    list(of('gpt', 'a', '3'), of('claude', 'c', '1'), of('gemini', 'd', '1'), 'odd'),
  );
  expect(merge('reservations', base, ours, { reservations: 1 })).toBeUndefined();
});

test('line breaks and byte order mark are those of ours', () => {
  const crlf = '\ufeff{\r\n  "version": "1.0",\r\n  "channels": {}\r\n}\r\n';
  expect(merge('channels', crlf, crlf, crlf)?.bytes).toBe(crlf);
});
