import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isSuspicious, isSuspiciousText } from '../../../src/orchestrator/sensitive/prefilter.ts';
import { info } from '../../message/fixtures.ts';
import { ORDINARY } from './ordinary.ts';
import { anySecret, EACH_SECRET, SECRETS } from './secrets.ts';

/** Whatever stands beside a secret, letters included. */
const surroundings = fc.oneof(
  fc.constantFrom('', ' ', '\n', '"', "'", '`', '=', ': ', 'é', 'x', '_', '-', '/', '中', '\ud800', '{"a":"', ' '.repeat(50)),
  fc.string({ maxLength: 8, unit: 'binary' }),
);

describe('where a rule of the preset finds something, the prefilter is true', () => {
  it.each(EACH_SECRET)('%s: %s', async (rule, _, examples) => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(examples, surroundings, surroundings, async ({ text }, before, behind) => {
        if ((await rulesThatFind(text)).includes(rule)) plain++;
        expect(isSuspiciousText(text)).toBe(true);
        const surrounded = before + text + behind;
        if ((await rulesThatFind(surrounded)).length > 0) expect(isSuspiciousText(surrounded)).toBe(true);
      }),
      { numRuns: 40 },
    );
    // The examples are what the rule is about.
    expect(plain).toBeGreaterThan(35);
  });

  it('in texts that are nearly secrets as well', async () => {
    const mutated = fc
      .tuple(anySecret, fc.array(fc.tuple(fc.nat(400), fc.nat(2), fc.constantFrom(...'aA0_-=/.: "\'\n$@')), { maxLength: 3 }))
      .map(([{ text }, changes]) => changes.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(mutated, surroundings, async (text, before) => {
        if ((await rulesThatFind(before + text)).length === 0) return;
        found++;
        expect(isSuspiciousText(before + text)).toBe(true);
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(300);
  });

  it('for each rule that there is, in the version that was looked at', () => {
    const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
    expect(names.filter((name) => name !== 'filter-comments').sort()).toEqual(Object.keys(SECRETS).sort());
    // A newer version has other patterns: compare them with the prefilter's first.
    const path = createRequire(import.meta.url).resolve('@secretlint/secretlint-rule-preset-recommend/package.json');
    expect(JSON.parse(readFileSync(path, 'utf8')).version).toBe('12.0.0');
  });
});

describe('ordinary text is not suspicious', () => {
  it.each(ORDINARY)('%s', (_, text) => {
    expect(isSuspiciousText(text)).toBe(false);
    expect(isSuspicious(info({ content: { details: text, context: { text } } }))).toBe(false);
  });
});

describe('everything that a sender writes is looked at', () => {
  const token = `ghp_${'a1'.repeat(18)}`;
  const key = 'k'.repeat(40);
  it.each<[string, Record<string, unknown>]>([
    ['subject', { subject: token }],
    ['details', { content: { details: `see\n${token}` } }],
    ['context', { content: { details: '', context: { a: [{ b: token }] } } }],
    ['a key of context', { content: { details: '', context: { [token]: 1 } } }],
    ['a key of an empty object', { content: { details: '', context: { [token]: {} } } }],
    ['a key with its value', { content: { details: '', context: { aws_secret_access_key: key } } }],
    ['a key with an item', { content: { details: '', context: { SecretAccessKey: [key] } } }],
    ['a name with a value', { content: { details: '', context: { env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: key }] } } }],
    ['lines of an array', { content: { details: '', context: { lines: ['aws_secret_access_key:', key] } } }],
    ['a key file in pieces', { content: { details: '', context: { private_key_id: 1, private_key: `-----BEGIN PRIVATE ${'KEY'}` } } }],
    ['the path of an attachment', { content: { details: '', attachments: [{ path: `logs/${token}.txt` }] } }],
    ['metadata', { metadata: { note: token } }],
    ['correlation_id', { correlation_id: token }],
    ['idempotency_key', { idempotency_key: token }],
    ['references', { references: [token] }],
    ['type', { type: `own.${token}` }],
    ['channel', { channel: token }],
    ['an unknown field', { own: { deep: [token] } }],
    ['an unknown field of content', { content: { details: '', more: token } }],
    ['the name of an unknown field', { [token]: true }],
  ])('%s', (_, change) => {
    expect(isSuspicious(info(change))).toBe(true);
    expect(isSuspicious(info())).toBe(false);
  });

  it('but not what is the tool’s own', () => {
    expect(isSuspicious(info({ id: token, uid: token, delivery: { last_error: token } }))).toBe(false);
  });
});

test('with patterns or filters of the workspace the scanner looks at every message', () => {
  expect(isSuspicious(info(), { own: /x/gu })).toBe(true);
  expect(isSuspicious(info(), {}, [/x/iu])).toBe(true);
});

/** Bait for each repetition of the patterns: what begins like a match, again and again. */
const BAIT = [
  ...['https://a:', 'postgres://', 'postgres://a:', 'xoxb-a-', 'SG.a.', 'secret_access_key = ', 'account', 'account:    ', '-----BEGIN '],
  ...[
    'AKIA',
    'npm_',
    'github_pat_',
    'sk-ant-api03-',
    'ops_ey',
    'hvs.',
    'a',
    '_',
    ' ',
    '{',
    '{"\\u00',
    '\n',
    '_authToken=',
    'lin_api_',
    '0',
  ],
];

describe('is no bait for a pattern that goes back and forth', () => {
  it.each(BAIT)(
    '%j, again and again',
    (bait) => {
      // A quadratic pattern takes minutes for this, one that is linear some 10 ms.
      expect(isSuspiciousText(bait.repeat(Math.ceil((4 * 1024 * 1024) / bait.length)))).toEqual(expect.any(Boolean));
    },
    20_000,
  );
});

/** The preset as it is, with everything switched on that its defaults leave out. */
async function rulesThatFind(content: string): Promise<string[]> {
  const found = new Set<string>();
  for (const { meta, create } of rules) {
    const rule = meta.id.replace('@secretlint/secretlint-rule-', '');
    const handler = create(
      {
        sharedOptions: {},
        createTranslator: () => (id) => ({ messageId: String(id), message: '', data: undefined }),
        report: () => found.add(rule),
        ignore() {},
      },
      { enableIDScanRule: true },
    );
    for (const file of [{ ext: '.json' }, { ext: '', filePath: '.npmrc' }]) {
      // What the rules use of a source.
      const source = {
        content,
        filePath: undefined,
        ...file,
        indexToPosition: () => ({ line: 1, column: 0 }),
        locationToRange: () => [0, 0],
      };
      await handler.file?.(source as unknown as Parameters<NonNullable<typeof handler.file>>[0]);
    }
  }
  return [...found];
}
