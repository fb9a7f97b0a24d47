import { isoOf } from '../../message/time.ts';
import type { Insight, Recommendation, Report } from '../../orchestrator/analytics/insight.ts';
import type { Metrics } from '../../orchestrator/analytics/metrics.ts';
import { html } from './escape.ts';
import { durationText, type Fact, factsOf, spanOf } from './facts.ts';
import { agentChart, cell, chartTable, figure, hourChart, responseChart, row, typeChart } from './html-charts.ts';
import { STYLE } from './html-style.ts';
import { figuresText } from './markdown.ts';

/** Nothing is loaded from anywhere, and no script runs, whatever the page holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A report as one page that needs nothing else. `now` in ms. */
export function reportHtml({ summary, insights, recommendations }: Report, { now }: { now: number }): string {
  const span = spanOf(summary);
  const charts = [
    hourChart(summary),
    typeChart(summary),
    agentChart(summary),
    responseChart(summary),
    waitingTable(summary),
    threadTable(summary),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Messages between agents</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Messages between agents</h1>
<p class="soft">${span === '' ? '' : `${span}. `}Written ${isoOf(now).replace(/\.\d+Z$/, 'Z')}.</p>
<dl class="tiles">${factsOf(summary).map(tile).join('\n')}</dl>
<h2>Insights</h2>
${insights.length === 0 ? '<p>Nothing stands out.</p>' : `<ul class="cards">${insights.map(insightCard).join('\n')}</ul>`}
${recommendations.length === 0 ? '' : `<h2>Recommendations</h2>\n<ul class="cards">${recommendations.map(recommendationCard).join('\n')}</ul>`}
<h2>Figures</h2>
<div class="charts">
${charts.join('\n')}
</div>
</main>
</body>
</html>
`;
}

function tile({ name, value, more }: Fact): string {
  return `<div class="tile"><dt>${html(name)}</dt><dd><strong>${html(value)}</strong>${more === undefined ? '' : `<span class="soft">${html(more)}</span>`}</dd></div>`;
}

function insightCard({ code, severity, text, figures, commands }: Insight): string {
  return `<li class="card ${severity}"><span class="tag">${severity}</span> <code>${html(code)}</code><p>${html(text)}</p><p class="soft">${figuresText(figures, html)}</p><p>${commandsOf(commands)}</p></li>`;
}

function recommendationCard({ text, figures, commands, because }: Recommendation): string {
  return `<li class="card"><p>${html(text)}</p><p class="soft">because of ${html(because)}: ${figuresText(figures, html)}</p><p>${commandsOf(commands)}</p></li>`;
}

function commandsOf(commands: readonly string[]): string {
  return commands.map((command) => `<code>${html(command)}</code>`).join(' ');
}

function waitingTable({ waiting }: Metrics): string {
  const rows = waiting.map(({ from, to, count, oldest_id, oldest_ms }) =>
    row(`${from} → ${to}`, [cell(count), cell(oldest_id), cell(durationText(oldest_ms))]),
  );
  return figure('Who waits for whom', chartTable('Who waits for whom', ['from → to', 'open', 'oldest', 'age'], rows));
}

function threadTable({ busiest_threads }: Metrics): string {
  const rows = busiest_threads.map(({ id, subject, messages, agents }) =>
    row(id, [cell(subject, 'text'), cell(messages), cell(agents.slice(0, 5).join(', '), 'text')]),
  );
  return figure('Busiest threads', chartTable('Busiest threads', ['first', 'subject', 'messages', 'agents'], rows), 'wide');
}
