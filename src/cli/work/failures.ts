import type { Handled } from '../../core/handle-one.ts';
import { CommsError } from '../../errors.ts';
import { visible } from '../../message/text.ts';

/** Where no message came. NOTHING_TO_CLAIM where it was not waited for, else TIMEOUT. */
export function nothingCame(agent: string, timeoutMs = 0): CommsError {
  const when = timeoutMs === 0 ? 'Nothing is waiting' : 'Nothing came';
  const within = timeoutMs === 0 ? '' : ` within ${timeoutMs / 1000} s`;
  return new CommsError(timeoutMs === 0 ? 'NOTHING_TO_CLAIM' : 'TIMEOUT', `${when} for ${agent}${within}.`, {
    hint: `Run "comms inbox --as ${agent}" to see what is there.`,
    details: { agent },
  });
}

/** What became of the one message, as an error: HANDLER_FAILED or LEASE_LOST; undefined where it is done. */
export function undone({ outcome, message, error }: Handled): CommsError | undefined {
  if (outcome === 'completed' || outcome === 'settled') return undefined;
  const id = visible(message.id);
  // An id may be anything that somebody wrote by hand; only a plain one is fit for a command line.
  const named = /^[\w.-]+$/.test(id) ? id : 'ID';
  const extras = { hint: `Run "comms track ${named}" to see what became of it.`, details: { id: message.id, outcome }, cause: error };
  if (outcome === 'lost')
    return new CommsError('LEASE_LOST', `The lease on ${id} was lost; the result of the command is not taken.`, extras);
  const what = { failed: 'failed', dead: 'is dead', released: 'was given back' }[outcome];
  const why = error instanceof Error ? error.message : 'the command was stopped';
  return new CommsError('HANDLER_FAILED', `${id} ${what}: ${why}`, extras);
}
