import { isAck } from '../../message/answers.ts';
import type { Message } from '../../message/message.ts';
import type { Gathered } from './gather.ts';
import type { Metrics } from './metrics.ts';
import { nameOf, shareOf, Tally } from './tally.ts';

/** No message is tried so often; what somebody wrote by hand may say so. */
const MOST_ATTEMPTS = 1000;

type Outcomes = Pick<Metrics, 'success_rate' | 'outcomes' | 'retries' | 'dead_letters'>;

/** What became of the copies. */
export function outcomesOf({ copies, answersTo }: Gathered): Outcomes {
  const outcomes = { succeeded: 0, failed: 0, open: 0 };
  const [retries, reasons, dead] = [new Tally(), new Tally(), new Tally()];
  for (const copy of copies) {
    const { section, message, inbox } = copy;
    const again = attemptsOf(message) - 1;
    if (again > 0) retries.add(inbox, again);
    if (section === 'dead') {
      reasons.add(nameOf(message.delivery?.dead_reason));
      dead.add(inbox);
    }
    if (isAck(message) || section === 'held') continue;
    const isDone = section === 'archived' || (section === 'active' && message.status === 'COMPLETED');
    if (isDone || answersTo(copy).length > 0) outcomes.succeeded += 1;
    else outcomes[section === 'dead' ? 'failed' : 'open'] += 1;
  }
  return {
    success_rate: shareOf(outcomes.succeeded, outcomes.succeeded + outcomes.failed),
    outcomes,
    retries: { total: retries.total, by_agent: retries.toRecord() },
    dead_letters: { total: dead.total, by_reason: reasons.toRecord(), by_agent: dead.toRecord() },
  };
}

function attemptsOf({ delivery }: Message): number {
  const attempts: unknown = delivery?.attempts;
  return Number.isSafeInteger(attempts) ? Math.min(Number(attempts), MOST_ATTEMPTS) : 0;
}
