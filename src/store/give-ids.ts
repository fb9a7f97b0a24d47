import type { Problem } from '../message/message.ts';
import { quote } from '../message/text.ts';
import { identityOf, uidOf } from '../message/uid.ts';
import { everyCopy } from './every-copy.ts';
import type { Session } from './session.ts';
import type { Copy } from './store.ts';

/** A message that was given another id. */
export interface Renamed {
  copy: Copy;
  id: string;
}

/**
 * A message without an id gets one; of several with the same id all but one get a fresh one. `rankOf` says who keeps it:
 * the lowest, then the earliest by its timestamp. One that was copied uid and all gets a uid of its own, too.
 */
export function giveIds(session: Session, rankOf: (copy: Copy) => number = () => 0): Renamed[] {
  const all = everyCopy(session);
  const order = [...all].sort((a, b) => rankOf(a) - rankOf(b) || byTime(a, b));
  const keepers = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const { message } of order) {
    if (message.id !== '' && !keepers.has(message.id)) keepers.set(message.id, identityOf(message));
    if (!owners.has(uidOf(message))) owners.set(uidOf(message), identityOf(message));
  }
  const given = new Map<string, { id: string; uid: string | undefined }>();
  return all.flatMap((copy): Renamed[] => {
    const { message } = copy;
    const identity = identityOf(message);
    if (message.id !== '' && keepers.get(message.id) === identity) return [];
    const isCopied = message.uid !== undefined && owners.get(uidOf(message)) !== identity;
    // The copies of one message keep one id between them.
    const fresh = given.get(identity) ?? { id: session.nextId(), uid: isCopied ? session.newUid() : message.uid };
    given.set(identity, fresh);
    session.update(copy, { ...message, id: fresh.id, ...(fresh.uid !== undefined && { uid: fresh.uid }) });
    return [{ copy, id: fresh.id }];
  });
}

/** Says which message got which id, as something that was mended. */
export function renamedProblem({ copy: { inbox, file, message }, id }: Renamed): Problem {
  const { id: was, type, sender, subject } = message;
  const before = was === '' ? 'had no id' : `had the id of another, ${was}`;
  return {
    severity: 'error',
    code: was === '' ? 'MISSING_ID' : 'DUPLICATE_ID',
    message: `The ${type} from ${sender} to ${inbox}, ${quote(subject)}, ${before}; it is ${id} now`,
    path: '/id',
    ...(file === undefined ? {} : { file }),
  };
}

/** Whether a problem is told by a renaming. */
export function isOfIds({ code }: Problem): boolean {
  return code === 'DUPLICATE_ID' || code === 'MISSING_ID';
}

function byTime(a: Copy, b: Copy): number {
  return a.message.timestamp < b.message.timestamp ? -1 : a.message.timestamp > b.message.timestamp ? 1 : 0;
}
