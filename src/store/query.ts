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
