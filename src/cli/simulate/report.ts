import { visible } from '../../message/text.ts';
import type { Style } from '../style.ts';
import { textTable } from '../text-table.ts';
import type { Finding } from './findings.ts';
import type { Plan } from './plan.ts';
import type { Records } from './records.ts';

/** In ms. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export interface Report extends Plan {
  store: string;
  /** From the first send to the last completion. */
  seconds: number;
  sent: number;
  completed: number;
  /** Over the time that the slowest agent took to send. */
  send_per_s: number;
  complete_per_s: number;
  /** One call of send. */
  send_ms: Percentiles;
  /** From the beginning of the send to the claim by its recipient. */
  delivery_ms: Percentiles;
  lost: number;
  doubled: number;
  /** Still open when the simulation ended. */
  unfinished: number;
  /** How many, by code. */
  errors: Record<string, number>;
  findings: Finding[];
  /** Where the workspace was left, or null. */
  workspace: string | null;
}

export function reportOf(
  records: Records,
  { plan, store, findings, workspace }: { plan: Plan; store: string; findings: Finding[]; workspace: string | null },
): Report {
  const { sent, claimed, completed } = records;
  const start = least(sent.map(({ at }) => at));
  const sending = most(sent.map(({ at, ms }) => at + ms)) - start;
  const working = most(completed.map(({ at }) => at)) - start;
  const claimedAt = new Map(claimed.map(({ uid, at }) => [uid, at]));
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const errors: Record<string, number> = {};
  for (const { code } of records.errors) errors[code] = (errors[code] ?? 0) + 1;
  return {
    ...plan,
    store,
    seconds: rounded(Math.max(0, working, sending) / 1000),
    sent: sent.length,
    completed: completed.length,
    send_per_s: perSecond(sent.length, sending),
    complete_per_s: perSecond(completed.length, working),
    send_ms: percentiles(sent.map(({ ms }) => ms)),
    delivery_ms: percentiles(sent.flatMap(({ uid, at }) => spanTo(claimedAt.get(uid), at))),
    lost: count('lost'),
    doubled: count('doubled'),
    unfinished: count('unfinished'),
    errors,
    findings,
    workspace,
  };
}

/** Whether everything was as it must be. */
export function isSound({ findings, errors, sent, agents, messages }: Report): boolean {
  return findings.length === 0 && Object.keys(errors).length === 0 && sent === agents * messages;
}

/** In 80 columns. */
export function reportText(report: Report, style: Style): string {
  const { agents, messages, store, seed, seconds, sent, completed, send_per_s, complete_per_s, send_ms, delivery_ms } = report;
  const ms = ({ p50, p95, p99 }: Percentiles) => [p50, p95, p99].map((value) => `${value} ms`);
  const errors = Object.entries(report.errors).map(([code, count]) => `${code} ${count}`);
  const counts: [name: string, count: number][] = [
    ['lost', report.lost],
    ['doubled', report.doubled],
    ['unfinished', report.unfinished],
  ];
  return [
    `${agents} processes, ${messages} messages each, store ${store}, seed ${seed}: ${seconds} s.`,
    '',
    textTable([
      ['', 'count', 'per s', 'p50', 'p95', 'p99'],
      ['sent', String(sent), String(send_per_s), ...ms(send_ms)],
      ['completed', String(completed), String(complete_per_s)],
      ['send to claim', '', '', ...ms(delivery_ms)],
    ]),
    '',
    counts.map(([name, count]) => (count === 0 ? style.good : style.bad)(`${name} ${count}`)).join('  '),
    errors.length === 0 ? style.good('no errors') : style.bad(`errors: ${errors.join(', ')}`),
    ...findingLines(report.findings),
    ...(report.workspace === null ? [] : ['', `The workspace is left in ${report.workspace}`]),
  ].join('\n');
}

const MOST_SHOWN = 20;

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.slice(0, MOST_SHOWN).map(({ kind, id, why }) => visible(`  ${kind}${id === undefined ? '' : ` ${id}`}: ${why}`));
  return ['', ...lines, ...(findings.length > MOST_SHOWN ? [`  and ${findings.length - MOST_SHOWN} more; --json has all`] : [])];
}

/** The nearest rank; 0 where there is nothing. */
function percentiles(values: number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function spanTo(end: number | undefined, start: number): number[] {
  return end === undefined ? [] : [end - start];
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? Math.round((count / ms) * 1000) : 0;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function least(values: number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(values: number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
