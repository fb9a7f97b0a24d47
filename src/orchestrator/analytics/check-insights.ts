import { agentWord, type Insight, percent } from './insight.ts';
import type { Metrics } from './metrics.ts';

/** Insights into what the checks find. */

export const CONFLICT_MIN_CHECKED = 10;
export const CONFLICT_MIN = 3;
export const CONFLICT_RATE = 0.1;

export function conflictHotSpots({ conflict_rate, conflicts: { checked, messages, by_code, by_agent } }: Metrics): Insight[] {
  if (conflict_rate === null || checked < CONFLICT_MIN_CHECKED || messages < CONFLICT_MIN || conflict_rate < CONFLICT_RATE) return [];
  const [[code, count], [agent, own]] = [topOf(by_code), topOf(by_agent)];
  return [
    {
      code: 'conflict_hot_spot',
      severity: 'serious',
      text: `${percent(conflict_rate)} of the messages conflict with the plan or with one another (${messages} of ${checked}): most with ${code} (${count}), most from ${agent} (${own}).`,
      figures: {
        conflict_rate,
        conflicts: messages,
        checked,
        top_code: code,
        top_code_count: count,
        top_agent: agent,
        top_agent_count: own,
      },
      commands: ['comms plan check', 'comms reservations', 'comms held list'],
    },
  ];
}

export const REFUSALS_MIN = 5;
/** Of everything that was checked. */
export const REFUSALS_SHARE = 0.1;
/** It has an insight of its own. */
const RATE_LIMITED = 'RATE_LIMITED';

export function manyRefusals(metrics: Metrics): Insight[] {
  return refusals(metrics, (code) => code !== RATE_LIMITED).map(
    ({ code, count, checked, share, agent }): Insight => ({
      code: 'many_refusals',
      severity: 'warning',
      text: `${count} of ${checked} messages were refused with ${code} (${percent(share)}); of all refusals most were of ${agent}.`,
      figures: { refusal: code, count, checked, share, top_agent: agent },
      commands: [`comms stats --as ${agentWord(agent)}`, 'comms check --help'],
    }),
  );
}

export function rateLimitRefuses(metrics: Metrics): Insight[] {
  return refusals(metrics, (code) => code === RATE_LIMITED).map(
    ({ count, checked, share, agent }): Insight => ({
      code: 'rate_limit_refuses',
      severity: 'warning',
      text: `A rate limit refused ${count} of ${checked} messages (${percent(share)}); of all refusals most were of ${agent}.`,
      figures: { count, checked, share, top_agent: agent },
      commands: [`comms agents show ${agentWord(agent)}`],
    }),
  );
}

function refusals({ refused: { by_code, by_agent }, conflicts: { checked } }: Metrics, isMeant: (code: string) => boolean) {
  const [agent] = topOf(by_agent);
  return Object.entries(by_code)
    .filter(([code, count]) => isMeant(code) && count >= REFUSALS_MIN && count >= REFUSALS_SHARE * checked)
    .map(([code, count]) => ({ code, count, checked, share: count / checked, agent }));
}

export const HELD_MIN = 3;

export function heldPile({ held: { now, released, rejected } }: Metrics): Insight[] {
  if (now < HELD_MIN) return [];
  return [
    {
      code: 'held_pile',
      severity: 'warning',
      text: `${now} messages are held and wait for a decision; ${released} were released and ${rejected} rejected before.`,
      figures: { held: now, released, rejected },
      commands: ['comms held list'],
    },
  ];
}

/** Records of counts have the greatest first. */
function topOf(counts: Record<string, number>): [name: string, count: number] {
  return Object.entries(counts).reduce((a, b) => (b[1] > a[1] ? b : a), ['?', 0]);
}
