import { planReconciliation } from '../../merge/reconcile.ts';
import type { Problem } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import { everyCopy } from '../every-copy.ts';
import { renamedProblem } from '../give-ids.ts';
import type { Session } from '../session.ts';
import type { Copy } from '../store.ts';

/**
 * Settles inside of a write what a merge of the files left behind: messages in two places, ids that were given on two
 * branches. Answers with what was done. `byHand` says whether messages that people wrote without a uid get other ids too.
 */
export function reconcile(session: Session, { byHand }: { byHand: boolean }): Problem[] {
  const { doubles, changes, renumbered } = planReconciliation(everyCopy(session), { freshId: () => session.nextId(), byHand });
  for (const { gone } of doubles) session.remove(gone);
  for (const { copy, message } of changes) session.update(copy, message);
  const changed = new Set(changes.map(({ copy }) => copy));
  // What is removed is forgotten, under the name that both have.
  for (const { kept } of doubles) if (!changed.has(kept)) session.update(kept, kept.message);
  return [...doubles.map(({ gone, kept }) => doubleProblem(gone, kept)), ...renumbered.map(renumberedProblem)];
}

/** The same without other ids, which `doctor --fix` gives by what it knows of who sent what. */
export function removeDoubles(session: Session): Problem[] {
  const { doubles } = planReconciliation(everyCopy(session), { freshId: () => '', byHand: false });
  for (const { gone } of doubles) session.remove(gone);
  for (const { kept } of doubles) session.update(kept, kept.message);
  return doubles.map(({ gone, kept }) => doubleProblem(gone, kept));
}

function doubleProblem({ inbox, section, message, file }: Copy, kept: Copy): Problem {
  const { id, type, sender } = message;
  return {
    severity: 'error',
    code: 'TWO_PLACES',
    message: `${id}, the ${type} from ${sender} to ${inbox}, was ${stateIn({ section, message })} here and ${stateIn(kept)} in ${kept.file ?? kept.section}; the latter stands`,
    ...(file === undefined ? {} : { file }),
  };
}

function renumberedProblem({ message, id }: { message: Copy['message']; id: string }): Problem {
  const { file: _, ...problem } = renamedProblem({ copy: { inbox: message.recipient, section: 'active', message }, id });
  return problem;
}

function stateIn({ section, message }: Pick<Copy, 'section' | 'message'>): string {
  return section === 'active' ? message.status : section;
}

/** For those who use a message by the id that they were told. */
export function idsWarning(done: readonly Problem[]): string | undefined {
  const renamed = done.filter(({ code }) => code === 'DUPLICATE_ID').map(({ message }) => message);
  if (renamed.length === 0) return undefined;
  const more = renamed.length > MOST_TOLD ? `, and ${renamed.length - MOST_TOLD} more` : '';
  return `Two branches gave the same ids. ${visible(renamed.slice(0, MOST_TOLD).join('. '))}${more}.`;
}

const MOST_TOLD = 5;
