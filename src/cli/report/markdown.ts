import { isoOf } from '../../message/time.ts';
import type { Insight, Recommendation, Report } from '../../orchestrator/analytics/insight.ts';
import type { Metrics } from '../../orchestrator/analytics/metrics.ts';
import { code, markdown } from './escape.ts';
import { durationText, factsOf, spanOf } from './facts.ts';

/** How many rows of a table are worth reading. */
const SHOWN = 20;

/** A report as Markdown. `now` in ms. */
export function reportMarkdown({ summary, insights, recommendations }: Report, { now }: { now: number }): string {
  const span = spanOf(summary);
  const sections: [title: string, body: string][] = [
    [
      'Summary',
      table(
        ['', '', ''],
        factsOf(summary).map(({ name, value, more = '' }) => [name, value, markdown(more)]),
      ),
    ],
    ['Insights', insights.length === 0 ? 'Nothing stands out.' : insights.map(insightLines).join('\n')],
    ['Recommendations', recommendations.map(recommendationLines).join('\n')],
    ['By type', counts('type', summary.messages_by_type)],
    ['By agent', agents(summary)],
    ['Who waits for whom', waiting(summary)],
    ['Busiest threads', threads(summary)],
  ];
  return [
    `# Messages between agents\n\n${span === '' ? '' : `${span}. `}Written ${isoOf(now).replace(/\.\d+Z$/, 'Z')}.`,
    ...sections.filter(([, body]) => body !== '').map(([title, body]) => `## ${title}\n\n${body}`),
  ].join('\n\n');
}

function insightLines({ severity, text, figures, commands, code: name }: Insight): string {
  return [
    `- **${severity}** (${code(name)}): ${markdown(text)}`,
    `  - figures: ${figuresText(figures)}`,
    `  - look: ${commands.map(code).join(', ')}`,
  ].join('\n');
}

function recommendationLines({ text, figures, commands, because }: Recommendation): string {
  return [`- ${markdown(text)}`, `  - because of ${code(because)}: ${figuresText(figures)}`, `  - ${commands.map(code).join(', ')}`].join(
    '\n',
  );
}

/** "answers 6, median_ms 120000", with shares to two digits. */
export function figuresText(figures: Insight['figures'], quoted: (text: string) => string = markdown): string {
  const shown = (value: number | string) => (typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  return Object.entries(figures)
    .map(([name, value]) => `${quoted(name)} ${quoted(shown(value))}`)
    .join(', ');
}

function agents({ messages_by_agent, open_by_agent, overdue, response_times }: Metrics): string {
  const rows = Object.entries(messages_by_agent).map(([name, { sent, received }]) => {
    const times = Object.hasOwn(response_times.by_agent, name) ? response_times.by_agent[name] : undefined;
    const open = Object.hasOwn(open_by_agent, name) ? open_by_agent[name]?.open : 0;
    const late = Object.hasOwn(overdue.by_agent, name) ? overdue.by_agent[name]?.count : 0;
    const numbers = [sent, received, open ?? 0, late ?? 0, times?.count ?? 0].map(String);
    return [code(name), ...numbers, durationText(times?.median_ms ?? null), durationText(times?.p95_ms ?? null)];
  });
  return table(['agent', 'sent', 'received', 'open', 'overdue', 'answers', 'median', '95%'], rows);
}

function waiting({ waiting: pairs }: Metrics): string {
  const rows = pairs.map(({ from, to, count, oldest_id, oldest_ms }) => [
    `${code(from)} → ${code(to)}`,
    String(count),
    code(oldest_id),
    durationText(oldest_ms),
  ]);
  return table(['from → to', 'open', 'oldest', 'age'], rows);
}

function threads({ busiest_threads }: Metrics): string {
  const rows = busiest_threads.map(({ id, subject, messages, agents: some }) => [
    code(id),
    markdown(subject),
    String(messages),
    some.slice(0, SHOWN).map(code).join(', '),
  ]);
  return table(['first', 'subject', 'messages', 'agents'], rows);
}

function counts(name: string, record: Record<string, number>): string {
  return table(
    [name, 'messages'],
    Object.entries(record).map(([key, count]) => [code(key), String(count)]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const shown = [line(head), line(head.map(() => '---')), ...rows.slice(0, SHOWN).map(line)].join('\n');
  return rows.length > SHOWN ? `${shown}\n\nand ${rows.length - SHOWN} more.` : shown;
}
