import { visible } from '../../message/text.ts';
import type { Metrics } from '../../orchestrator/analytics/metrics.ts';
import { bucketsOf } from '../report/buckets.ts';
import { durationText, factsOf } from '../report/facts.ts';
import type { Style } from '../style.ts';
import { displayWidth, padEnd } from '../width.ts';
import { barChart } from './bar-chart.ts';
import { columnChart } from './column-chart.ts';
import { cut, numberTable, wrap } from './fit.ts';

const NARROWEST = 40;
const WIDEST = 120;
/** From so many columns on, a table of seven columns is not cramped. */
const ROOMY = 50;
const MOST_COLUMNS = 72;
const WIDEST_ID = 16;
/** How many types, pairs and threads are worth a line. */
const SHOWN = 10;

/** The figures for people: tables and small charts that fit `columns`. What others wrote has its control characters made visible. */
export function statsText(metrics: Metrics, { style, columns }: { style: Style; columns: number }): string {
  const width = Math.max(NARROWEST, Math.min(columns, WIDEST));
  const sections: [title: string, lines: string[]][] = [
    ['', factLines(metrics, width, style)],
    ['By type', byType(metrics, width)],
    ['By agent', byAgent(metrics, width, style)],
    ['By hour', columnChart(bucketsOf(metrics.messages_by_hour, Math.min(width, MOST_COLUMNS)))],
    ['Who waits for whom', waiting(metrics, width, style)],
    ['Busiest threads', threads(metrics, width)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === '' ? [] : [style.strong(title)]), ...lines].join('\n'))
    .join('\n\n');
}

function factLines(metrics: Metrics, width: number, style: Style): string[] {
  const facts = factsOf(metrics);
  const names = Math.max(...facts.map(({ name }) => name.length));
  return facts.flatMap(({ name, value, more }) => {
    const text = `${padEnd(name, names)}  ${value}${more === undefined ? '' : `  ${visible(more)}`}`;
    const [first = '', ...rest] = wrap(text, width, ' '.repeat(names + 2));
    return [style.dim(first.slice(0, names)) + first.slice(names), ...rest];
  });
}

function byType({ messages_by_type }: Metrics, width: number): string[] {
  const rows = Object.entries(messages_by_type).map(([type, count]) => [visible(type), count] as const);
  const rest = rows.slice(SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return rows.length === 0 ? [] : barChart([...rows.slice(0, SHOWN), ...(rest > 0 ? [['others', rest] as const] : [])], width);
}

function byAgent(metrics: Metrics, width: number, style: Style): string[] {
  const { messages_by_agent, open_by_agent, overdue, response_times } = metrics;
  const rows = Object.entries(messages_by_agent).map(([name, { sent, received }]): [string, ...string[]] => {
    const times = own(response_times.by_agent, name);
    const counts = [sent, received, own(open_by_agent, name)?.open ?? 0, own(overdue.by_agent, name)?.count ?? 0];
    return [visible(name), ...counts.map(String), durationText(times?.median_ms ?? null), String(times?.count ?? 0)];
  });
  if (rows.length === 0) return [];
  const table: [string, ...string[]][] = [['agent', 'sent', 'got', 'open', 'late', 'median', 'answers'], ...rows];
  // The last one is the first that can be done without.
  const fitting = width < ROOMY ? table.map(([name, ...cells]): [string, ...string[]] => [name, ...cells.slice(0, -1)]) : table;
  const [head = '', ...lines] = numberTable(fitting, width);
  return [style.dim(head), ...lines];
}

function waiting({ waiting: pairs }: Metrics, width: number, style: Style): string[] {
  const rows = pairs
    .slice(0, SHOWN)
    .map(({ from, to, count, oldest_ms }): [string, ...string[]] => [
      `${visible(from)} → ${visible(to)}`,
      String(count),
      durationText(oldest_ms),
    ]);
  if (rows.length === 0) return [];
  const [head = '', ...lines] = numberTable([['from → to', 'open', 'oldest'], ...rows], width);
  return [style.dim(head), ...lines, ...moreThan(pairs.length)];
}

function threads({ busiest_threads }: Metrics, width: number): string[] {
  const rows = busiest_threads.map(
    ({ id, subject, messages }) => [cut(visible(id), WIDEST_ID), String(messages), visible(subject)] as const,
  );
  const [ids, counts] = [Math.max(0, ...rows.map(([id]) => displayWidth(id))), Math.max(0, ...rows.map(([, count]) => count.length))];
  return rows.map(([id, count, subject]) => cut(`${padEnd(id, ids)}  ${count.padStart(counts)}  ${subject}`, width));
}

function moreThan(count: number): string[] {
  return count > SHOWN ? [`and ${count - SHOWN} more; --json has all`] : [];
}

/** Names come from anybody, and "constructor" is one that every object has. */
function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
