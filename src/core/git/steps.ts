import type { Message } from '../../message/message.ts';
import type { Copy } from '../../store/store.ts';
import type { Change } from './changes.ts';

export type Step = Pick<Change, 'kind' | 'agent' | 'at' | 'note'>;

/** The steps of a copy's life that lead from one of its states to the next (DESIGN §5); `was` is undefined where it is new. */
export function stepsOf(was: Copy | undefined, now: Copy): Step[] {
  return [...arrival(was, now), ...work(was, now), ...move(was, now)];
}

/** How it came into the inbox, or back into it. */
function arrival(was: Copy | undefined, { section, message }: Copy): Step[] {
  if (!was) return section === 'held' ? [heldStep(message)] : [step('sent', message.sender, message.timestamp)];
  if (was.section === section) return [];
  if (was.section === 'dead') return [step('redriven', undefined, undefined)];
  if (section === 'held') return [heldStep(message)];
  if (was.section === 'held' && section !== 'dead') {
    const { released_by, released_at, released_note } = message.delivery ?? {};
    return [step('released', released_by, released_at, released_note)];
  }
  return [];
}

/** What its holder did with it. What is dead or held is PENDING, whatever came before. */
function work(was: Copy | undefined, now: Copy): Step[] {
  if (now.section === 'dead' || now.section === 'held') return [];
  const { message } = now;
  const isBack = was !== undefined && (was.section === 'dead' || was.section === 'held');
  const before = was && !isBack ? was.message : undefined;
  const status = before?.status ?? 'PENDING';
  const lease = message.delivery ?? {};
  if (message.status === 'PENDING') return before ? givenBack(before, message, now.inbox) : [];
  if (message.status === status) return tookOver(before, message) ? [step('claimed', lease.claimed_by, lease.claimed_at)] : [];
  if (message.status === 'IN_PROGRESS') return [step('claimed', lease.claimed_by ?? now.inbox, lease.claimed_at)];
  if (message.status === 'COMPLETED') return [step('completed', lease.claimed_by ?? now.inbox, lease.completed_at, lease.result)];
  return [step('blocked', before?.delivery?.claimed_by ?? now.inbox, undefined, lease.blocked_reason)];
}

/** From one holder to another between two looks. */
function tookOver(before: Message | undefined, { status, delivery }: Message): boolean {
  if (status !== 'IN_PROGRESS') return false;
  return before?.delivery?.claimed_by !== delivery?.claimed_by || before?.delivery?.claimed_at !== delivery?.claimed_at;
}

/** PENDING now: failed with an error, or given back by its holder, by the end of its lease, or by an unblock. */
function givenBack(before: Message, { delivery = {} }: Message, inbox: string): Step[] {
  const holder = before.delivery?.claimed_by ?? inbox;
  const isFailed = delivery.last_error !== undefined && delivery.last_error !== '' && attempted(before, delivery);
  if (isFailed) return [step('failed', holder, undefined, delivery.last_error)];
  if (before.status === 'PENDING') return [];
  // The end of a lease that ran out stays on the message (lifecycle: `returned`).
  const ranOut = before.status === 'IN_PROGRESS' && delivery.lease_expires_at !== undefined;
  return [ranOut ? step('released', undefined, delivery.lease_expires_at, 'The lease ran out.') : step('released', holder, undefined)];
}

/** A failure keeps the attempt that the claim counted, and a failure without a claim counts one; a release gives it back. */
function attempted(before: Message, now: NonNullable<Message['delivery']>): boolean {
  if (now.lease_expires_at !== undefined) return false;
  const [then, since] = [before.delivery?.attempts ?? 0, now.attempts ?? 0];
  if (before.status === 'IN_PROGRESS') return since >= Math.max(1, then);
  return since > then;
}

/** Where it went when all was done. */
function move(was: Copy | undefined, { inbox, section, message }: Copy): Step[] {
  if (was?.section === section) return [];
  if (section === 'archived') return [step('archived', undefined, undefined)];
  if (section !== 'dead') return [];
  const { dead_at, dead_reason, rejected_by, last_error } = message.delivery ?? {};
  const byHolder = dead_reason === 'expired' || was?.section === 'held' ? undefined : (was?.message.delivery?.claimed_by ?? inbox);
  return [step('dead', rejected_by ?? byHolder, dead_at, dead_reason === 'expired' ? 'It was not taken in time.' : last_error)];
}

function heldStep({ sender, delivery }: Message): Step {
  return step('held', sender, delivery?.held_at, delivery?.held_reason);
}

/** Unknown members of `delivery` may be anything. */
function step(kind: Step['kind'], agent: unknown, at: unknown, note?: unknown): Step {
  return {
    kind,
    ...(typeof agent === 'string' && { agent }),
    ...(typeof at === 'string' && { at }),
    ...(typeof note === 'string' && note !== '' && { note }),
  };
}
