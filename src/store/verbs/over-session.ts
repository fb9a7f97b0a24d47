import type { Session } from '../session.ts';
import type { Delivered, DeliverRequest, Store } from '../store.ts';
import { archive } from './archive.ts';
import { claim } from './claim.ts';
import { purge, redrive } from './dead.ts';
import { deliver } from './deliver.ts';
import { rejectHeld, releaseHeld } from './held.ts';
import { block, complete, extend, fail, release, unblock } from './hold.ts';
import { addInbox, removeInbox } from './inboxes.ts';
import { type Limited, levelOf, rateLimited } from './rate.ts';
import { restore } from './restore.ts';
import { sweep, sweepInbox } from './sweep.ts';

/** Runs a verb as one atomic, exclusive step. It may be run twice where the driver has to start again.
 * A delivery also says its request, which is plain data: a driver may let another process carry it out. */
export type Transact = <T>(verb: (session: Session) => T, request?: DeliverRequest) => Promise<T>;

export type Verbs = Pick<
  Store,
  | 'deliver'
  | 'rates'
  | 'claim'
  | 'complete'
  | 'extend'
  | 'release'
  | 'fail'
  | 'block'
  | 'unblock'
  | 'releaseHeld'
  | 'rejectHeld'
  | 'redrive'
  | 'purge'
  | 'restore'
  | 'archive'
  | 'sweep'
  | 'addInbox'
  | 'removeInbox'
>;

/** The verbs of the port that change messages, for any driver that can run a session. */
export function verbsOver(transact: Transact): Verbs {
  return {
    async deliver(request) {
      const result = await transact(delivery(request), request);
      if ('limited' in result) throw rateLimited(result.limited);
      return result;
    },
    rates: (limits) => transact((session) => limits.map((limit) => levelOf(limit, session.bucket(limit.key), session.now))),
    claim: (request) => transact((session) => claim(session, request)),
    complete: (request) => transact((session) => complete(session, request)),
    extend: (request) => transact((session) => extend(session, request)),
    release: (request) => transact((session) => release(session, request)),
    fail: (request) => transact((session) => fail(session, request)),
    block: (request) => transact((session) => block(session, request)),
    unblock: (request) => transact((session) => unblock(session, request)),
    releaseHeld: (request) => transact((session) => releaseHeld(session, request)),
    rejectHeld: (request) => transact((session) => rejectHeld(session, request)),
    redrive: (request) => transact((session) => redrive(session, request)),
    purge: (request) => transact((session) => purge(session, request)),
    restore: (request) => transact((session) => restore(session, request)),
    archive: (request) => transact((session) => archive(session, request)),
    addInbox: (agent) => transact((session) => addInbox(session, agent)),
    removeInbox: (agent) => transact((session) => removeInbox(session, agent)),
    sweep: (request = {}) => transact((session) => sweep(session, request)),
  };
}

/** The verb that delivers, after what is due in the recipients' inboxes was put down. */
export function delivery(request: DeliverRequest): (session: Session) => Delivered | Limited {
  return (session) => {
    for (const inbox of request.recipients) if (session.hasInbox(inbox)) sweepInbox(session, inbox);
    return deliver(session, request);
  };
}
