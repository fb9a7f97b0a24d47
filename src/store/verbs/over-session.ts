import type { Session } from '../session.ts';
import type { Store } from '../store.ts';
import { archive } from './archive.ts';
import { claim } from './claim.ts';
import { purge, redrive } from './dead.ts';
import { deliver } from './deliver.ts';
import { block, complete, extend, fail, release, unblock } from './hold.ts';
import { addInbox, removeInbox } from './inboxes.ts';
import { levelOf, rateLimited } from './rate.ts';
import { restore } from './restore.ts';
import { sweep, sweepInbox } from './sweep.ts';

/** Runs a verb as one atomic, exclusive step. It may be run twice where the driver has to start again. */
export type Transact = <T>(verb: (session: Session) => T) => Promise<T>;

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
      const result = await transact((session) => {
        for (const inbox of request.recipients) if (session.hasInbox(inbox)) sweepInbox(session, inbox);
        return deliver(session, request);
      });
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
    redrive: (request) => transact((session) => redrive(session, request)),
    purge: (request) => transact((session) => purge(session, request)),
    restore: (request) => transact((session) => restore(session, request)),
    archive: (request) => transact((session) => archive(session, request)),
    addInbox: (agent) => transact((session) => addInbox(session, agent)),
    removeInbox: (agent) => transact((session) => removeInbox(session, agent)),
    sweep: ({ limit = Number.POSITIVE_INFINITY } = {}) => transact((session) => sweep(session, limit)),
  };
}
