import { mutualWaiting, overduePiles, quietAgents, slowResponders, unansweredSenders } from './answering-insights.ts';
import { conflictHotSpots, heldPile, manyRefusals, rateLimitRefuses } from './check-insights.ts';
import { deadLettersConcentrated, dominantSenders, longThreads, lowSuccess, retriesConcentrated, risingBacklogs } from './flow-insights.ts';
import type { Insight } from './insight.ts';
import type { Metrics } from './metrics.ts';

const SEVERITIES: readonly Insight['severity'][] = ['serious', 'warning', 'info'];

/**
 * What stands out in the figures, the most serious first. Each says the figures that it rests on; where there are too few to
 * tell, it says nothing. `agents` are the registered ones.
 */
export function insightsOf(metrics: Metrics, agents: readonly string[]): Insight[] {
  const found = [
    mutualWaiting(metrics),
    unansweredSenders(metrics),
    overduePiles(metrics),
    conflictHotSpots(metrics),
    deadLettersConcentrated(metrics),
    lowSuccess(metrics),
    risingBacklogs(metrics),
    slowResponders(metrics),
    quietAgents(metrics, agents),
    longThreads(metrics),
    manyRefusals(metrics),
    rateLimitRefuses(metrics),
    heldPile(metrics),
    retriesConcentrated(metrics),
    dominantSenders(metrics),
  ].flat();
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
