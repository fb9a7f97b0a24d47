import { describe, expect, test } from 'vitest';
import { code, html, markdown } from '../../../src/cli/report/escape.ts';
import { reportHtml } from '../../../src/cli/report/html.ts';
import { reportMarkdown } from '../../../src/cli/report/markdown.ts';
import { statsText } from '../../../src/cli/stats/stats-text.ts';
import { PLAIN } from '../../../src/cli/style.ts';
import type { Report } from '../../../src/orchestrator/analytics/insight.ts';
import { insightsOf } from '../../../src/orchestrator/analytics/insights-of.ts';
import { recommendationsOf } from '../../../src/orchestrator/analytics/recommendations-of.ts';
import { copy, entry, figures, many, NOW, question } from '../../orchestrator/traffic.ts';

/** What agents may write where a name, an id, a type, a subject or a code belongs. */
const EVIL =
  '"><img src=x onerror=alert(1)>\'`|\n# Head\r\n[a](javascript:alert(1)) *b* _c_ \u001b[31mred\u202e\u0007 https://evil.example www.evil.example';

function hostile(): Report {
  const one = { id: EVIL, sender: EVIL, recipient: EVIL, type: EVIL, subject: EVIL };
  const summary = figures(
    [
      ...many(6, (n) => question(60, { ...one, id: `${EVIL}q${n}`, expected_response_time: 1 })),
      ...many(25, (n) => copy({ ...one, id: `${EVIL}${n}`, references: [`${EVIL}0`], delivery: { attempts: 9 } })),
      ...many(6, () => copy({ ...one, section: 'dead', delivery: { dead_reason: EVIL } })),
      copy({ recipient: 'gpt' }),
    ],
    {
      agents: [EVIL],
      traffic: many(30, () =>
        entry({
          event: 'refused',
          sender: EVIL,
          recipients: [EVIL],
          findings: [{ rule: 'conflicts', outcome: 'refuse', code: EVIL as 'REFUSED' }],
        }),
      ),
    },
  );
  const insights = insightsOf(summary, [EVIL]);
  return { summary, insights, recommendations: recommendationsOf(insights) };
}

test('the traffic is as bad as it is meant to be', () => {
  const codes = hostile().insights.map((one) => one.code);
  expect(codes).toEqual(
    expect.arrayContaining(['overdue_pile', 'dead_letters_concentrated', 'long_thread', 'many_refusals', 'dominant_sender']),
  );
});

describe('the page', () => {
  const page = reportHtml(hostile(), { now: NOW });

  test('holds no tag, attribute or script of theirs', () => {
    const allowed = new Set(
      'html head meta title style body main h1 h2 p dl div dt dd strong span ul li code figure figcaption svg rect details summary table thead tbody tr th td'.split(
        ' ',
      ),
    );
    const tags = [...page.replace('<!doctype html>', '').matchAll(/<\/?([^\s>/]*)/g)].map(([, name = '']) => name);
    expect([...new Set(tags)].filter((name) => !allowed.has(name))).toEqual([]);
    const attributes = [...page.matchAll(/<[a-z][^>]*>/g)].flatMap(([tag]) =>
      [...tag.matchAll(/\s([\w:-]+)=/g)].map(([, name = '']) => name),
    );
    expect([...new Set(attributes)].filter((name) => /^on|^(src|href|style|action|formaction)$/.test(name))).toEqual([]);
    expect(page).not.toContain('<img');
  });

  test('loads nothing', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`);
    expect(page.replace(/<p>.*?<\/p>/g, '')).not.toMatch(/\burl\(|@import|<link|<script|<iframe/);
  });

  test('has no control character, and shows what was one', () => {
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(page).toContain('\\x1b[31mred\\u202e');
  });
});

describe('the Markdown', () => {
  const text = reportMarkdown(hostile(), { now: NOW });

  test('has no heading, link, HTML or bare address of theirs', () => {
    expect(text.match(/^#.*$/gm)).toEqual([
      '# Messages between agents',
      '## Summary',
      '## Insights',
      '## Recommendations',
      '## By type',
      '## By agent',
      '## Who waits for whom',
      '## Busiest threads',
    ]);
    const outside = text.replace(/(`+) .*? \1/g, '').replace(/(`+)[^`]+\1/g, '');
    expect(outside).not.toMatch(/(?<!\\)[<[*]img|(?<!\\)<|(?<!\\)\]\(/);
    expect(outside).not.toMatch(/https:\/\/|www\./);
  });

  test('keeps its tables: no cell has a bar of theirs', () => {
    const [, table = ''] = /## Busiest threads\n\n([\s\S]*)/.exec(text) ?? [];
    for (const row of table.split('\n').filter((one) => one.startsWith('|'))) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  });

  test('has no control character', () => {
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

test('the terminal gets no escape sequence, and no line of theirs', () => {
  const text = statsText(hostile().summary, { style: PLAIN, columns: 100 });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text).not.toMatch(/^# Head/m);
});

describe('escaping', () => {
  test.each([
    ['<b>&"\'`', '&#60;b&#62;&#38;&#34;&#39;&#96;'],
    ['plain → text', 'plain → text'],
    ['\u0000', '\\x00'],
  ])('html(%j)', (text, expected) => expect(html(text)).toBe(expected));

  test.each([
    ['a*b* _c_ PLAN_CONFLICT', 'a\\*b\\* \\_c\\_ PLAN_CONFLICT'],
    ['[x](y) <b> | # ~ & @me ! $', '\\[x\\](y) \\<b\\> \\| \\# \\~ \\& \\@me \\! \\$'],
    ['http://a WWW.b', 'http\\://a WWW\\.b'],
    ['back\\slash', 'back\\\\slash'],
  ])('markdown(%j)', (text, expected) => expect(markdown(text)).toBe(expected));

  test.each([
    ['claude', '`claude`'],
    ['a`b', '`` a`b ``'],
    ['``', '``` `` ```'],
    ['a|b', '`a\\|b`'],
    ['', '`  `'],
    [' x', '`  x `'],
  ])('code(%j)', (text, expected) => expect(code(text)).toBe(expected));
});
