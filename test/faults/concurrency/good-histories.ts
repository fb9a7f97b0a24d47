import { act, claim, completed, copy, op, send } from './by-hand.ts';
import type { FinalCopy, Operation } from './history.ts';

/** What is fine: each case is at the border of a rule. */
export const GOOD: [string, Operation[], FinalCopy[]?][] = [
  [
    'a message that is sent, claimed and completed',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'complete', [4, 5], 'T1')],
    [completed],
  ],
  ['a send that was killed and is not there', [send([0])], []],
  ['a send that was killed and is there', [send([0])]],
  ['a send that was killed, and again with its key', [send([0]), send([2, 3])]],
  [
    'a complete that was killed and had its effect',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'complete', [4], 'T1')],
    [completed],
  ],
  [
    'a complete that was killed and had none',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'complete', [4], 'T1')],
    [copy({ attempts: 1 })],
  ],
  [
    'a complete that was called in time and answered when the lease had run out',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'complete', [99, 150], 'T1')],
    [completed],
  ],
  [
    'a claim at the moment when the lease of another runs out',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), claim('c', [99, 101], 'T2', 200, 2), act('c', 'complete', [102, 103], 'T2')],
    [copy({ status: 'COMPLETED', attempts: 2 })],
  ],
  [
    'a claim while a release of another is under way',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'release', [10, 30], 'T1'), claim('c', [15, 20], 'T2', 200)],
    [copy({ attempts: 1 })],
  ],
  [
    'an extended lease that another takes when it has run out',
    [
      send([0, 1]),
      claim('b', [2, 3], 'T1', 100),
      act('b', 'extend', [90, 91], 'T1', { expires: 190 }),
      claim('c', [191, 192], 'T2', 300, 2),
    ],
    [copy({ attempts: 2 })],
  ],
  [
    'a refusal when the lease ran out while it was called',
    [send([0, 1]), claim('b', [2, 3], 'T1', 100), act('b', 'complete', [90, 110], 'T1', 'LEASE_LOST')],
    [copy({ attempts: 1 })],
  ],
  [
    'one who claims again what it holds, and whose old token is refused',
    [
      send([0, 1]),
      claim('b', [2, 3], 'T1', 100),
      claim('b', [4, 5], 'T2', 200, 1, { id: 'msg-001' }),
      act('b', 'complete', [6, 7], 'T1', 'LEASE_LOST'),
      act('b', 'complete', [8, 9], 'T2'),
    ],
    [completed],
  ],
  [
    'one who completes by name what another process of that name holds',
    [
      send([0, 1]),
      claim('b', [2, 3], 'T1', 100),
      act('c', 'complete', [10, 20], undefined),
      act('b', 'complete', [15, 25], 'T1', 'LEASE_LOST'),
    ],
    [completed],
  ],
  [
    'a message that is dead and redriven, and begins anew',
    [
      send([0, 1]),
      claim('b', [2, 3], 'T1', 100),
      act('b', 'fail', [4, 5], 'T1', { section: 'dead' }, { reject: true }),
      op('c', 'redrive', [6, 7], { id: 'msg-001' }, { id: 'msg-001' }),
      claim('c', [8, 9], 'T2', 200),
    ],
    [copy({ attempts: 1 })],
  ],
  ['a process that stood still too long under the lock', [send([0, 1]), act('b', 'complete', [2, 3], undefined, 'LOCK_TIMEOUT')]],
];
