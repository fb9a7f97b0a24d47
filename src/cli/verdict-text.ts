import type { Judged } from '../core/routing/verdicts.ts';
import { visible } from '../message/text.ts';
import { RULES, type Verdict } from '../orchestrator/verdict.ts';
import type { Style } from './style.ts';

/** What every check says of a message, a line each, with the way out below what is not passed; then what would become of it. */
export function verdictLines({ outcome, verdicts, mode, preview }: Judged, style: Style): string {
  const to = preview ? ` to ${preview.recipients.join(', ')}` : '';
  const travels = mode === undefined ? '' : ` (${mode})`;
  const last = {
    deliver: `It would be delivered${to}${travels}.`,
    hold: `It would be held for a decision${travels}; comms held shows what waits for one.`,
    refuse: 'It would be refused: nobody would get it.',
  }[outcome];
  return [...verdicts.map((verdict) => lineOf(verdict, style)), '', visible(last)].join('\n');
}

function lineOf({ rule, outcome, code, reason, hint }: Verdict, style: Style): string {
  const mark = { pass: style.good('ok'), refuse: style.bad('refused'), conflict: style.warn('conflict') }[outcome];
  const first = `${rule.padEnd(WIDEST_RULE)}  ${mark}${code === undefined ? '' : `  ${style.strong(code)}`}`;
  const below = [reason, hint].flatMap((text) =>
    text === undefined ? [] : `  ${visible(text, { newlines: true }).replaceAll('\n', '\n  ')}`,
  );
  return [first, ...below].join('\n');
}

const WIDEST_RULE = Math.max(...RULES.map((rule) => rule.length));
