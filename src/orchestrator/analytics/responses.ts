import { timeOf } from '../../message/time.ts';
import { asksForAnswer } from '../answers.ts';
import type { Gathered } from './gather.ts';
import type { Answered, Metrics } from './metrics.ts';
import { statisticsOf } from './statistics.ts';
import { nameOf } from './tally.ts';

type Responses = Pick<Metrics, 'average_response_time' | 'response_times' | 'asked'>;

/** How many of those who asked got an answer, and how fast. Each recipient's copy counts. */
export function responsesOf({ copies, answersTo, now }: Gathered): Responses {
  const durations: number[] = [];
  const byAgent = new Map<string, number[]>();
  const [all, bySender, byRecipient] = [answered(), new Map<string, Answered>(), new Map<string, Answered>()];
  for (const copy of copies) {
    const { message, inbox, section } = copy;
    if (!asksForAnswer(message) || section === 'held') continue;
    const [first] = answersTo(copy);
    const asked = timeOf(message.timestamp);
    for (const one of [all, entryOf(bySender, nameOf(message.sender)), entryOf(byRecipient, inbox)])
      count(one, first !== undefined, asked, now);
    const at = timeOf(first?.timestamp);
    if (first === undefined || asked === undefined || at === undefined) continue;
    durations.push(at - asked);
    const own = byAgent.get(first.sender) ?? [];
    own.push(at - asked);
    byAgent.set(first.sender, own);
  }
  const times = statisticsOf(durations);
  return {
    average_response_time: times.mean_ms === null ? null : Math.round(times.mean_ms / 600) / 100,
    response_times: { ...times, by_agent: Object.fromEntries([...byAgent].map(([name, some]) => [name, statisticsOf(some)])) },
    asked: { ...all, by_sender: Object.fromEntries(bySender), by_recipient: Object.fromEntries(byRecipient) },
  };
}

function answered(): Answered {
  return { asked: 0, answered: 0, oldest_unanswered_ms: null };
}

function entryOf(map: Map<string, Answered>, name: string): Answered {
  const known = map.get(name) ?? answered();
  map.set(name, known);
  return known;
}

function count(entry: Answered, hasAnswer: boolean, askedAt: number | undefined, now: number): void {
  entry.asked += 1;
  if (hasAnswer) entry.answered += 1;
  else if (askedAt !== undefined) entry.oldest_unanswered_ms = Math.max(entry.oldest_unanswered_ms ?? 0, now - askedAt);
}
