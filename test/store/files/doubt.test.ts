import { expect, test } from 'vitest';
import { type Seen, seenOf } from '../../../src/store/changes.ts';
import { createDoubt } from '../../../src/store/files/doubt.ts';
import { draftOf, testOptions } from '../conformance.ts';

const options = testOptions();
const seen = (...ids: string[]): Seen =>
  seenOf(ids.map((id) => ({ inbox: 'gpt', section: 'active', message: { ...draftOf(options), id, uid: id, recipient: 'gpt' } })));
const idsIn = (found: Seen) => [...found.values()].map(({ copy }) => copy.message.id);

test('what is gone is believed after a second, and what came back meanwhile was never gone', () => {
  let now = 0;
  const doubt = createDoubt(() => now);
  let known = doubt.giving(seen('msg-001', 'msg-002'), seen());
  expect(idsIn(known)).toEqual(['msg-001', 'msg-002']);
  expect(doubt.nextMs()).toBe(1_000);

  now = 600;
  known = doubt.giving(known, seen('msg-002', 'msg-003'));
  expect(idsIn(known)).toEqual(['msg-002', 'msg-003', 'msg-001']);
  now = 900;
  known = doubt.giving(known, seen('msg-003'));
  expect(doubt.nextMs()).toBe(100);

  now = 1_000;
  known = doubt.giving(known, seen('msg-003'));
  expect(idsIn(known)).toEqual(['msg-003', 'msg-002']);
  expect(doubt.nextMs()).toBe(900);

  now = 1_900;
  expect(idsIn(doubt.giving(known, seen('msg-003')))).toEqual(['msg-003']);
  expect(doubt.nextMs()).toBeUndefined();
});
