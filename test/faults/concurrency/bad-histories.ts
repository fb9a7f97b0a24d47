import { act, claim, completed, copy, op, send } from './by-hand.ts';
import type { FinalCopy, Operation } from './history.ts';

export const held = [send([0, 1]), claim('b', [2, 3], 'T1', 100)];
const once = [copy({ attempts: 1 })];

/** What each rule refuses, and what it says. */
export const BAD: [rule: string, says: string | RegExp, Operation[], FinalCopy[]?][] = [
  ['nothing lost', 'msg-001 was acknowledged and is not there: send by a', [send([0, 1])], []],
  ['nothing lost', 'msg-001 was sent to gpt and lies in gemini', [send([0, 1])], [copy({ inbox: 'gemini' })]],
  [
    'nothing doubled',
    'What was sent with key k1 is there 2 times: msg-001 in gpt (active), msg-002 in gpt (active).',
    [send([0, 1])],
    [copy(), copy({ id: 'msg-002' })],
  ],
  ['nothing doubled', 'is there 2 times', [send([0])], [copy(), copy({ id: 'msg-002' })]],
  ['one id for one key', 'answered with msg-001 and msg-002', [send([0, 1]), send([2, 3], 'k1', 'msg-002')]],
  ['no id for two messages', 'msg-001 was given to the messages with keys k1 and k2', [send([0, 1]), send([2, 3], 'k2')]],
  ['nothing that nobody sent', 'msg-002 lies in gpt, and nobody sent it', [send([0, 1])], [copy(), copy({ id: 'msg-002', key: 'k9' })]],
  [
    'one live lease',
    'msg-001: two held it at the same time: b as gpt (token T1, attempt 1) from 0.0030 s to 0.1000 s, and c as gpt (token T2, attempt 2) from 0.0500 s to 0.2000 s.',
    [...held, claim('c', [40, 50], 'T2', 200, 2)],
    [copy({ attempts: 2 })],
  ],
  [
    'one live lease',
    'two held it at the same time',
    [send([0, 1]), claim('b', [2, 30], 'T1', 100), claim('c', [2, 30], 'T2', 100, 2)],
    [copy({ attempts: 2 })],
  ],
  [
    'one live lease',
    'two held it',
    [...held, act('b', 'extend', [90, 91], 'T1', { expires: 190 }), claim('c', [150, 160], 'T2', 300, 2)],
    [copy({ attempts: 2 })],
  ],
  ['one live lease', 'two held it', [...held, claim('c', [40, 50], 'T2', 51, 2)], [copy({ attempts: 2 })]],
  [
    'one lease for one attempt',
    'an attempt was given twice: to b as gpt (token T1, attempt 1)',
    [...held, claim('c', [101, 102], 'T2', 200, 1)],
    once,
  ],
  ['a live lease stays', 'a live lease was swept away', [...held, op('c', 'sweep', [10, 20], {}, { swept: ['msg-001'] })], once],
  [
    'a stale holder is refused',
    /the lease had run out at 0\.1000 s, yet it was accepted: complete by b as gpt with token T1, called at 0\.1000 s/,
    [...held, act('b', 'complete', [100, 101], 'T1')],
    [completed],
  ],
  ['a stale holder is refused', 'the lease had run out', [...held, act('b', 'extend', [100, 101], 'T1', { expires: 90 })], once],
  [
    'a stale holder is refused',
    'it had been claimed again meanwhile (b as gpt (token T2',
    [...held, claim('b', [4, 5], 'T2', 6, 1, { id: 'msg-001' }), act('b', 'release', [7, 8], 'T1')],
  ],
  [
    'a stale holder is refused',
    'somebody else held it (c as gpt (token T2',
    [send([0, 1]), claim('b', [2, 3], 'T1', 20), claim('c', [21, 22], 'T2', 200, 2), act('b', 'fail', [23, 24], 'T1')],
    [copy({ attempts: 2 })],
  ],
  [
    'a stale holder is refused',
    'somebody else held it (b as gpt',
    [...held, act('d', 'complete', [4, 5], undefined, {}, { agent: 'gemini' })],
    [completed],
  ],
  [
    'a stale holder is refused',
    'one lease was ended and then used again',
    [...held, act('b', 'release', [4, 5], 'T1'), act('b', 'fail', [6, 7], 'T1')],
  ],
  [
    'a stale holder is refused',
    'one lease was ended and then used again',
    [...held, act('b', 'release', [4, 5], 'T1'), act('b', 'extend', [6, 7], 'T1')],
  ],
  ['a live holder is not refused', 'the lease was live (b as gpt', [...held, act('b', 'complete', [4, 5], 'T1', 'LEASE_LOST')], once],
  ['attempts within the limit', 'attempt 4 of 3 was given', [send([0, 1]), claim('b', [2, 3], 'T1', 100, 4)], once],
  ['attempts within the limit', 'it has 4 attempts, and the limit is 3', [send([0, 1])], [copy({ attempts: 4 })]],
  ['attempts within the limit', 'it still waits after all of its 3 attempts', [send([0, 1])], [copy({ attempts: 3 })]],
  [
    'attempts within the limit',
    'its last attempt failed, and it is not dead: fail by b',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100, 3), act('b', 'fail', [4, 5], 'T1', { section: 'active', attempts: 3 })],
    [copy({ attempts: 3 })],
  ],
  [
    'attempts within the limit',
    'it was claimed 4 times, and the limit is 3 (0 were given back, 0 redrives)',
    [send([0, 1]), ...[1, 2, 3, 4].map((n) => claim('b', [n * 10, n * 10 + 1], `T${n}`, n * 10 + 5, 1))],
    once,
  ],
  [
    'completed once',
    'it was completed twice',
    [
      send([0, 1]),
      claim('b', [2, 3], 'T1', 20),
      act('b', 'complete', [4, 30], 'T1'),
      claim('c', [21, 22], 'T2', 50, 2),
      act('c', 'complete', [23, 24], 'T2'),
    ],
    [completed],
  ],
  ['completed for good', 'it was completed, and is PENDING (active)', [...held, act('b', 'complete', [4, 5], 'T1')], once],
  [
    'completed for good',
    'it was changed after it was completed',
    [...held, act('b', 'complete', [4, 5], 'T1'), claim('c', [6, 7], 'T2', 200, 2)],
    [completed],
  ],
  ['completed by a complete', 'it is COMPLETED, and nobody completed it', held, [completed]],
  ['completed by a complete', 'nobody completed it', [...held, act('b', 'complete', [100, 101], 'T1', 'LEASE_LOST')], [completed]],
  [
    'dead until it is redriven',
    'it was claimed after it was dead',
    [...held, act('b', 'fail', [4, 5], 'T1', { section: 'dead' }, { reject: true }), claim('c', [6, 7], 'T2', 200, 2)],
    [copy({ attempts: 2 })],
  ],
  ['dead at the limit', 'it is dead after 1 of 3 attempts', held, [copy({ section: 'dead', attempts: 1, deadReason: 'failed' })]],
  ['dead at the limit', 'nobody rejected it', held, [copy({ section: 'dead', attempts: 1, deadReason: 'rejected' })]],
  ['one final state', 'it is IN_PROGRESS in gpt (active)', held, [copy({ status: 'IN_PROGRESS', attempts: 1 })]],
  [
    'one final state',
    'it has 2 copies: PENDING (active), COMPLETED (archived)',
    held,
    [copy(), copy({ section: 'archived', status: 'COMPLETED' })],
  ],
  [
    'no error without a cause',
    'complete by b as gpt, called at 0.0020 s, answered at 0.0030 s with INTERNAL',
    [send([0, 1]), act('b', 'complete', [2, 3], undefined, 'INTERNAL')],
  ],
];
