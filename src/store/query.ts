import { CommsError } from '../errors.ts';
import type { Copy, ListQuery } from './store.ts';

/** Whether a copy is in the inboxes and sections asked for and passes the filter. */
export function inQuery({ inboxes, sections = ['active'], filter }: ListQuery): (copy: Copy) => boolean {
  return (copy) =>
    sections.includes(copy.section) &&
    (inboxes === undefined || inboxes.includes(copy.inbox)) &&
    (filter === undefined || filter(copy.message));
}

/** The refusal to take away an inbox in which something is still to do. */
export function openMessages(agent: string, count: number): CommsError {
  return new CommsError('WRONG_STATUS', `The inbox of ${agent} still holds ${count} open message${count === 1 ? '' : 's'}.`, {
    hint: `Run "comms inbox --as ${agent}" to see them; finish or move them first.`,
    details: { agent, open: count },
  });
}

/** The refusal to decide over a message that is not held; `copy` is what there is of it. */
export function notHeld(id: string, copy: Copy | undefined): CommsError {
  if (!copy) {
    return new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} among the held ones.`, {
      hint: 'Run "comms held list" to see what is there.',
      details: { id },
    });
  }
  const { section, message, inbox } = copy;
  return new CommsError('WRONG_STATUS', `Message ${id} is not held${decidedAs(copy)}.`, {
    hint: `Run "comms track ${id}" to see where it stands.`,
    details: { id, inbox, status: message.status, section },
  });
}

/** What was decided already, as far as that is known. */
function decidedAs({ section, message: { delivery } }: Copy): string {
  const { held_at, released_at, released_by, dead_reason, rejected_by } = delivery ?? {};
  const by = (name: unknown) => (typeof name === 'string' ? ` by ${name}` : '');
  if (section !== 'dead') return released_at === undefined ? '' : ` any more: it was released${by(released_by)} at ${released_at}`;
  if (held_at === undefined) return '';
  return ` any more: it ${dead_reason === 'expired' ? 'expired' : `was rejected${by(rejected_by)}`}`;
}

/** The refusal to act on a message as on a dead one; `copy` is what there is of it. */
export function notDead(id: string, copy: Copy | undefined): CommsError {
  if (!copy) {
    return new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} in the dead letters.`, {
      hint: 'Run "comms dead list" to see what is there.',
      details: { id },
    });
  }
  const { section, message, inbox } = copy;
  return new CommsError('WRONG_STATUS', `Message ${id} is ${section === 'archived' ? 'archived' : message.status} and not dead.`, {
    hint: `Run "comms track ${id}" to see where it stands.`,
    details: { id, inbox, status: message.status, section },
  });
}
