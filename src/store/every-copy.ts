import { EVERY_SECTION } from './sections.ts';
import type { Session } from './session.ts';
import type { Copy } from './store.ts';

/** Every copy in a workspace, those of agents that are gone too. */
export function everyCopy(session: Session): Copy[] {
  const inboxes = new Set([...session.inboxes(), ...EVERY_SECTION.flatMap((section) => session.inboxesWith(section))]);
  return [...inboxes].flatMap((inbox) => EVERY_SECTION.flatMap((section) => session.copies(inbox, section)));
}
