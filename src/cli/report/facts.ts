import { formatDuration } from '../../message/duration.ts';
import type { Metrics } from '../../orchestrator/analytics/metrics.ts';
import { spanText } from './buckets.ts';

/** A figure that matters, in words: on the terminal a line, in a page a tile. */
export interface Fact {
  name: string;
  value: string;
  /** What it is of. Codes in it may have been written by anybody. */
  more?: string;
}

/** The figures that matter most. */
export function factsOf(metrics: Metrics): Fact[] {
  const { response_times: times, asked, outcomes, conflicts, refused, retries, dead_letters, held, overdue } = metrics;
  const open = Object.values(metrics.open_by_agent).reduce((sum, one) => sum + one.open, 0);
  const decided = outcomes.succeeded + outcomes.failed;
  return [
    { name: 'Messages', value: String(metrics.total_messages), ...more(spanOf(metrics)) },
    {
      name: 'Answered',
      value: shareText(asked.asked === 0 ? null : asked.answered / asked.asked),
      more: asked.asked === 0 ? 'nothing asked for a response' : `${asked.answered} of ${asked.asked} that asked for a response`,
    },
    {
      name: 'Response time',
      value: durationText(times.median_ms),
      more: times.count === 0 ? 'no answers yet' : `median; mean ${durationText(times.mean_ms)}, 95% within ${durationText(times.p95_ms)}`,
    },
    {
      name: 'Success',
      value: shareText(metrics.success_rate),
      more: decided === 0 ? 'nothing is decided yet' : `${outcomes.succeeded} of ${decided} whose outcome is decided`,
    },
    {
      name: 'Conflicts',
      value: shareText(metrics.conflict_rate),
      more:
        conflicts.checked === 0
          ? 'nothing in the log'
          : withCodes(`${conflicts.messages} of ${conflicts.checked} checked`, conflicts.by_code),
    },
    { name: 'Refused', value: String(refused.messages), ...more(withCodes('', refused.by_code)) },
    { name: 'Held', value: String(held.now), more: `${held.released} released, ${held.rejected} rejected` },
    { name: 'Open', value: String(open), more: `${overdue.total} overdue` },
    { name: 'Retries', value: String(retries.total), ...more(withCodes('', retries.by_agent)) },
    { name: 'Dead letters', value: String(dead_letters.total), ...more(withCodes('', dead_letters.by_reason)) },
  ];
}

/** "2026-01-10 12:00 to 2026-01-17 12:00 UTC"; empty where there is no time. */
export function spanOf({ window: { since, until } }: Metrics): string {
  return since === null || until === null ? '' : spanText(Date.parse(since), Date.parse(until));
}

/** "-" for null. */
export function durationText(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms);
}

function shareText(share: number | null): string {
  return share === null ? '-' : `${Math.round(share * 100)}%`;
}

/** How many of several are worth naming. */
const SHOWN = 4;

function withCodes(text: string, counts: Record<string, number>): string {
  const entries = Object.entries(counts);
  const named = entries.slice(0, SHOWN).map(([name, count]) => `${name} ${count}`);
  const rest = entries.length - named.length;
  const list = [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
  return [text, list].filter((part) => part !== '').join(': ');
}

function more(text: string): { more?: string } {
  return text === '' ? {} : { more: text };
}
