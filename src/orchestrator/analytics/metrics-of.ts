import { isoOf } from '../../message/time.ts';
import { backlogOf } from './backlog.ts';
import { countsOf } from './counts.ts';
import { gather, type MetricsRequest } from './gather.ts';
import { logCountsOf } from './log-counts.ts';
import type { Metrics } from './metrics.ts';
import { outcomesOf } from './outcomes.ts';
import { responsesOf } from './responses.ts';
import { busiestThreadsOf } from './threads.ts';

/**
 * The figures of the traffic that these copies and log entries show, for a window of time where one is given. What each of
 * them means stands in {@link Metrics}.
 */
export function metricsOf(request: MetricsRequest): Metrics {
  const gathered = gather(request);
  const { since, until } = gathered;
  const { conflict_rate, conflicts, refused, held } = logCountsOf(gathered);
  const { success_rate, outcomes, retries, dead_letters } = outcomesOf(gathered);
  return {
    window: { since: since === undefined ? null : isoOf(since), until: until === undefined ? null : isoOf(until) },
    ...countsOf(gathered),
    ...responsesOf(gathered),
    conflict_rate,
    conflicts,
    refused,
    success_rate,
    outcomes,
    retries,
    dead_letters,
    held,
    busiest_threads: busiestThreadsOf(gathered),
    ...backlogOf(gathered),
  };
}
