import { CommsError } from '../../errors.ts';
import { blocked, completed, extended, failed, type Holder, released, unblocked } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import type { Session } from '../session.ts';
import type { Copy, HolderRequest } from '../store.ts';
import { archiveCrowded } from './archive.ts';
import { bury } from './bury.ts';
import { openCopy } from './own-copy.ts';

/** What the holder of a copy does with it. Each throws MESSAGE_NOT_FOUND, LEASE_LOST, ALREADY_CLAIMED or WRONG_STATUS. */

export function complete(session: Session, request: HolderRequest & { result?: string }): Copy {
  const copy = change(session, request, (message, holder) => completed(message, holder, request.result));
  archiveCrowded(session, copy.inbox);
  return copy;
}

export function extend(session: Session, request: HolderRequest & { leaseMs?: number }): Copy {
  return change(session, request, (message, holder) => extended(message, holder, request.leaseMs ?? session.rules.leaseMs));
}

export function release(session: Session, request: HolderRequest & { delayMs?: number }): Copy {
  return change(session, request, (message, holder) => released(message, holder, request.delayMs));
}

export function block(session: Session, request: HolderRequest & { reason: string }): Copy {
  return change(session, request, (message, holder) => blocked(message, holder, request.reason));
}

export function unblock(session: Session, request: HolderRequest): Copy {
  return change(session, request, unblocked);
}

/** Notes the error and puts the message back after a back-off, or, rejected or at the last attempt, into the dead letters. */
export function fail(session: Session, request: HolderRequest & { error: string; reject?: boolean }): Copy {
  const copy = changeable(session, request);
  const { message, exhausted } = failed(copy.message, holderOf(session, request), request.error, session.rules.maxAttempts);
  if (exhausted || request.reject) {
    const reason = request.reject ? 'rejected' : 'failed';
    return { ...copy, section: 'dead', message: bury(session, { ...copy, message: { ...message, not_before: undefined } }, reason) };
  }
  session.update(copy, message);
  return { ...copy, message };
}

function change(session: Session, request: HolderRequest, transition: (message: Message, holder: Holder) => Message): Copy {
  const copy = changeable(session, request);
  const message = transition(copy.message, holderOf(session, request));
  session.update(copy, message);
  return { ...copy, message };
}

/** The agent's copy, unless it is archived: whatever token is shown, that is over. */
function changeable(session: Session, { agent, id }: HolderRequest): Copy {
  const copy = openCopy(session, agent, id);
  if (copy.section !== 'archived') return copy;
  throw new CommsError('WRONG_STATUS', `Message ${id} is archived; there is nothing left to do.`, {
    hint: `Run "comms read ${id}" to see it.`,
    details: { id, status: copy.message.status },
  });
}

function holderOf(session: Session, { agent, token }: HolderRequest): Holder {
  return { agent, token, now: session.now };
}
