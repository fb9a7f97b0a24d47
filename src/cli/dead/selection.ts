import type { Comms } from '../../core/api.ts';
import type { DeadReason, DeadSelection } from '../../core/requests.ts';
import { CommsError } from '../../errors.ts';
import type { OptionSpec } from '../command.ts';
import { messageId } from '../holder.ts';
import type { Options } from '../options.ts';

const REASONS = ['failed', 'expired', 'rejected'] as const;

/** Which dead letters a command means. */
export const DEAD_OPTIONS: OptionSpec[] = [
  { flags: '--inbox <agent>', summary: 'only those of this inbox: of an agent, or of a group', completes: 'agent' },
  { flags: '--reason <reason>', summary: 'only those that failed too often, expired, or were rejected', choices: REASONS },
];

export function selectionFrom(options: Options): Pick<DeadSelection, 'inbox' | 'reason'> {
  const inbox = options.text('inbox');
  const reason = REASONS.find((one) => one === options.text('reason')) as DeadReason | undefined;
  return { ...(inbox !== undefined && { inbox }), ...(reason && { reason }) };
}

/** The ids that somebody means: `7` is msg-007, unless there is a dead letter whose id is `7`. */
export async function deadIds(comms: Comms, given: readonly string[]): Promise<string[]> {
  if (given.length === 0) return [];
  const { messages } = await comms.deadLetters();
  const known = new Set(messages.map(({ id }) => id));
  return given.map((id) => (known.has(id) ? id : messageId(id)));
}

/** Refuses a command line that says which, and all at once; or neither. @throws USAGE */
export function requireSelection({ ids, all, narrowed, what }: { ids: string[]; all: boolean; narrowed: boolean; what: string }): void {
  if (ids.length > 0 && all) {
    throw new CommsError('USAGE', 'Ids and --all exclude each other.', { hint: 'Keep one of the two.', details: { ids } });
  }
  if (ids.length > 0 || all || narrowed) return;
  throw new CommsError('USAGE', `Nothing says which dead letters to ${what}.`, {
    hint: `Name them, such as: comms dead ${what} msg-007, or say --all. "comms dead list" shows them.`,
  });
}
