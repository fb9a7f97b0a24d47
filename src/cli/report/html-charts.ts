import type { Metrics } from '../../orchestrator/analytics/metrics.ts';
import { bucketsOf, hourSpan, spanText, stamp } from './buckets.ts';
import { html } from './escape.ts';
import { durationText } from './facts.ts';

/** Charts as tables with bars in them, which read well without the bars; and one over time, with a table beside it. */

/** How many rows of a chart are worth a look. */
const SHOWN = 30;
const MOST_COLUMNS = 60;
const FEW_COLUMNS = 12;
/** Columns of words, which begin at the left. */
const WORDS = ['subject', 'agents'];

export function typeChart({ messages_by_type }: Metrics): string {
  const entries = Object.entries(messages_by_type);
  const most = mostOf(entries.map(([, count]) => count));
  const rows = entries.map(([type, count]) => row(type, [bars(bar(count / most)), cell(count)]));
  return figure('By type', chartTable('Messages by type', ['type', '', 'messages'], rows));
}

export function agentChart({ messages_by_agent, open_by_agent, overdue }: Metrics): string {
  const entries = Object.entries(messages_by_agent);
  const most = mostOf(entries.flatMap(([, { sent, received }]) => [sent, received]));
  const rows = entries.map(([name, { sent, received }]) => {
    const open = Object.hasOwn(open_by_agent, name) ? open_by_agent[name]?.open : 0;
    const late = Object.hasOwn(overdue.by_agent, name) ? overdue.by_agent[name]?.count : 0;
    return row(name, [
      bars(bar(sent / most), bar(received / most, 'second')),
      cell(sent),
      cell(received),
      cell(open ?? 0),
      cell(late ?? 0),
    ]);
  });
  const heads = ['agent', '', 'sent', 'received', 'open', 'overdue'];
  return figure('By agent', `${keys(['bar', 'sent'], ['second', 'received'])}${chartTable('Messages by agent', heads, rows)}`);
}

export function responseChart({ response_times: { by_agent } }: Metrics): string {
  const entries = Object.entries(by_agent).sort(([, a], [, b]) => (b.median_ms ?? 0) - (a.median_ms ?? 0));
  const most = mostOf(entries.map(([, { p95_ms }]) => p95_ms ?? 0));
  const rows = entries.map(([name, { count, median_ms, p95_ms }]) => {
    const drawn = bars(bar((median_ms ?? 0) / most, 'bar', (p95_ms ?? 0) / most));
    return row(name, [drawn, cell(count), cell(durationText(median_ms)), cell(durationText(p95_ms))]);
  });
  const heads = ['agent', '', 'answers', 'median', '95%'];
  return figure('Response times', `${keys(['bar', 'median'], ['light', '95%'])}${chartTable('Response times by agent', heads, rows)}`);
}

export function hourChart({ messages_by_hour }: Metrics): string {
  const { buckets, hours } = bucketsOf(messages_by_hour, MOST_COLUMNS);
  const most = mostOf(buckets.map(({ count }) => count));
  const rects = buckets.map(({ at, count }, n) => {
    const height = count === 0 ? 0 : Math.max(1, (count / most) * 100);
    return `<rect class="bar" x="${n * 10 + 1}" y="${(100 - height).toFixed(1)}" width="8" height="${height.toFixed(1)}"><title>${stamp(at)}: ${count}</title></rect>`;
  });
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return '';
  const what = `Messages over time: a column is ${hourSpan(hours)}, the highest ${most}.`;
  // A few columns are not to be drawn as wide as the page.
  const width = Math.max(buckets.length, FEW_COLUMNS) * 10;
  const svg = `<svg class="hours" viewBox="0 0 ${width} 100" preserveAspectRatio="none" role="img" aria-label="${what}"><title>${what}</title>${rects.join('')}</svg>`;
  const axis = `<div class="axis soft">${axisOf(first.at, last.at, buckets.length)}</div>`;
  const rows = buckets.filter(({ count }) => count > 0).map(({ at, count }) => row(stamp(at), [cell(count)]));
  const table = `<details><summary>As a table</summary>${scrolling('Messages over time', tableOf(['from (UTC)', 'messages'], rows))}</details>`;
  return figure('By hour', `${svg}${axis}<p class="soft">A column is ${hourSpan(hours)}, the highest ${most}.</p>${table}`, 'wide');
}

/** The times of the first and the last column below them; where they are few, at the left. */
function axisOf(first: number, last: number, columns: number): string {
  if (columns < FEW_COLUMNS) return `<span>${spanText(first, last)}</span>`;
  return `<span>${stamp(first)}</span><span>${stamp(last)} UTC</span>`;
}

/** A row whose first cell is somebody's word. */
export function row(name: string, cells: readonly string[]): string {
  return `<tr><th scope="row">${html(name)}</th>${cells.join('')}</tr>`;
}

export function cell(value: number | string, kind = ''): string {
  return `<td${kind === '' ? '' : ` class="${kind}"`}>${html(String(value))}</td>`;
}

/** A table that is there only where it has rows. */
export function chartTable(label: string, heads: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '<p class="soft">Nothing yet.</p>';
  const more = rows.length > SHOWN ? `<p class="soft">and ${rows.length - SHOWN} more</p>` : '';
  return scrolling(label, tableOf(heads, rows.slice(0, SHOWN))) + more;
}

export function figure(title: string, body: string, kind = ''): string {
  return `<figure${kind === '' ? '' : ` class="${kind}"`}><figcaption>${title}</figcaption>${body}</figure>`;
}

function tableOf(heads: readonly string[], rows: readonly string[]): string {
  const head = heads
    .map((name) =>
      name === '' ? '<td aria-hidden="true"></td>' : `<th scope="col"${WORDS.includes(name) ? ' class="text"' : ''}>${name}</th>`,
    )
    .join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** What may be too wide can be reached with the keyboard. */
function scrolling(label: string, table: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

function bars(...drawn: string[]): string {
  return `<td class="bars" aria-hidden="true">${drawn.join('')}</td>`;
}

/** Shares between 0 and 1; something is never drawn as nothing. */
function bar(share: number, kind: 'bar' | 'second' = 'bar', light = 0): string {
  const rect = (part: number, name: string) =>
    part > 0 ? `<rect class="${name}" width="${Math.max(0.5, part * 100).toFixed(1)}" height="10"/>` : '';
  return `<svg viewBox="0 0 100 10" preserveAspectRatio="none">${rect(light, 'light')}${rect(share, kind)}</svg>`;
}

function keys(...entries: [kind: string, name: string][]): string {
  return `<p class="soft">${entries.map(([kind, name]) => `<span class="key ${kind}"></span>${name}`).join('')}</p>`;
}

function mostOf(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 1);
}
