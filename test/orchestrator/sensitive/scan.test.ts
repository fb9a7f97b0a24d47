import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import { scanText } from '../../../src/orchestrator/sensitive/preset.ts';
import { findSensitive } from '../../../src/orchestrator/sensitive/scan.ts';
import { fixture, fixturesIn, info } from '../../message/fixtures.ts';
import { ORDINARY } from './ordinary.ts';
import { anySecret, EACH_SECRET, runsOf } from './secrets.ts';

const token = `ghp_${'a1B2c3'.repeat(6)}`;
const other = `ghp_${'Z9y8X7'.repeat(6)}`;
const key = 'kB7'.repeat(13).concat('x');
const details = (text: string, more: Record<string, unknown> = {}) => info({ content: { details: text, ...more } });
const context = (value: Record<string, unknown>) => info({ content: { details: 'd', context: value } });

describe('finds, and shows nothing of it', () => {
  it.each(EACH_SECRET)('%s: %s', async (rule, _, examples) => {
    await fc.assert(
      fc.asyncProperty(examples, async ({ text, secret }) => {
        const findings = await findSensitive(details(`Look:\n${text}\nThanks.`), {});
        // A key file is JSON, and nothing else.
        const all = [...findings, ...(await findSensitive(details(text), {}))];
        expect(all.map((finding) => finding.rule)).toContain(rule);
        const said = JSON.stringify(all);
        for (const run of runsOf(secret, 6)) expect(said).not.toContain(run);
      }),
      { numRuns: 15 },
    );
  });

  it('whatever stands around it, and in whatever place', async () => {
    const message = fc.tuple(anySecret, anySecret, fc.string({ maxLength: 5 })).map(([one, two, name]) => ({
      secrets: [one.secret, two.secret],
      message: info({
        [`own${name}`]: { [`a ${one.text}`]: [two.text] },
        content: { details: one.text, context: { [name]: { [two.text]: 1 } } },
      }),
    }));
    await fc.assert(
      fc.asyncProperty(message, async ({ message, secrets }) => {
        const said = JSON.stringify(await findSensitive(message, {}));
        for (const secret of secrets) for (const run of runsOf(secret, 6)) expect(said).not.toContain(run);
      }),
      { numRuns: 150 },
    );
  });
});

describe('says what, where and how long', () => {
  it.each<[string, Message, object[]]>([
    ['one line', details(token), [{ path: '/content/details', rule: 'github', what: 'GitHub Token', masked: 'ghp_…(40 characters)' }]],
    [
      'a line of several, twice',
      details(`a\n${token}\n\n${token} ${other}`),
      [
        { path: '/content/details', line: 2 },
        { path: '/content/details', line: 4 },
        { path: '/content/details', line: 4 },
      ],
    ],
    ['the subject', info({ subject: `use ${token}` }), [{ path: '/subject' }]],
    [
      'a key with its value',
      context({ aws: { aws_secret_access_key: key } }),
      [{ path: '/content/context/aws/aws_secret_access_key', rule: 'aws', what: 'AWS Secret Access Key', masked: '…(40 characters)' }],
    ],
    ['an item', context({ 'a/b': [{ SecretAccessKey: [key] }] }), [{ path: '/content/context/a~1b/0/SecretAccessKey/0', rule: 'aws' }]],
    [
      'a variable',
      context({ env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: key }] }),
      [{ path: '/content/context/env/0/value', rule: 'aws' }],
    ],
    ['two items', context({ lines: ['aws_secret_access_key =', key] }), [{ path: '/content/context/lines', rule: 'aws', line: 1 }]],
    ['a key', context({ [token]: 'x' }), [{ path: '/content/context/…', rule: 'github' }]],
    ['below a key', context({ [`my ${token}`]: { at: other } }), [{ path: '/content/context/…' }, { path: '/content/context/…/at' }]],
    ['an own field', info({ x: { y: token } }), [{ path: '/x/y' }]],
    ['an attachment', details('d', { attachments: [{ path: `${token}.log` }] }), [{ path: '/content/attachments/0/path' }]],
    ['npmrc', context({ npmrc: '//r.example.com/:_authToken=0123456789abcdef # mine' }), [{ rule: 'npm', masked: '…(16 characters)' }]],
    ['the id of a key', details(`AKIA${'A1B2'.repeat(4)}`), [{ what: 'AWS Access Key ID', masked: 'AKIA…(20 characters)' }]],
    [
      'a database',
      details(`postgres://kim:${'h8s7d6f5'}@db.acme.dev/app`),
      [{ what: 'PostgreSQL connection string', masked: 'postgres://…(39 characters)' }],
    ],
  ])('%s', async (_, message, expected) => {
    const findings = await findSensitive(message, {});
    expect(findings).toMatchObject(expected);
    expect(findings).toHaveLength(expected.length);
  });

  it('no line where there is one only', async () => {
    expect(await findSensitive(details(token), {})).toEqual([expect.not.objectContaining({ line: expect.anything() })]);
  });

  it('of very many the first fifty', async () => {
    expect(await findSensitive(details(`${token}\n`.repeat(3000)), {})).toHaveLength(50);
  });

  it('also where the text says that it should not be looked at', async () => {
    expect(await findSensitive(details(`secretlint-disable\n${token} // secretlint-disable-line`), {})).toHaveLength(1);
  });
});

describe('finds nothing', () => {
  it.each([...fixturesIn('messages'), ...fixturesIn('dialects')])('in %s', async (path) => {
    expect(await findSensitive(fixture(path) as Message, {})).toEqual([]);
  });

  it('in ordinary texts, scanned one by one', async () => {
    for (const [name, text] of ORDINARY) expect([name, await scanText(text)]).toEqual([name, []]);
  });

  it.each([
    ['a placeholder', '//registry.npmjs.org/:_authToken=<token>'],
    ['the number of an account', 'account: 123456789012'],
    ['the example of AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ])('in %s', async (_, text) => {
    expect(await findSensitive(details(text), {})).toEqual([]);
  });

  it('in the names of the envelope', async () => {
    const message = info({ content: { details: 'd', context: {}, attachments: [{ path: 'a', bytes: 1, sha256: 'c' }] } });
    const names = /subject|content|details|context|attachments|references|path|bytes|sha256|metadata/giu;
    expect(await findSensitive(message, { names }, [names])).toEqual([]);
    expect(await findSensitive(info({ content: { context: { context: 1 } } }), { names })).toMatchObject([{ path: '/content/context/…' }]);
  });

  it('in what the tool writes', async () => {
    expect(
      await findSensitive(info({ sender: 'claude', id: token, delivery: { last_error: token } as never }), { own: /claude/gu }),
    ).toEqual([]);
  });
});

describe('patterns of the workspace', () => {
  const patterns = { 'ticket-key': /TK-[0-9]{6}/gu, login: /password=\S+/gu };

  it.each<[string, Message, object[]]>([
    [
      'in a text',
      details('a\nTK-123456 and TK-654321'),
      [{ rule: 'ticket-key', what: 'ticket-key', masked: '…(9 characters)', line: 2 }, { line: 2 }],
    ],
    [
      'a key with its value',
      context({ password: 'hunter2' }),
      [{ path: '/content/context/password', rule: 'login', masked: '…(16 characters)' }],
    ],
    ['a number', context({ 'TK-': 1, n: 123456 }), []],
    ['a key', context({ 'TK-123456': 1 }), [{ path: '/content/context/…', rule: 'ticket-key' }]],
  ])('%s', async (_, message, expected) => {
    const findings = await findSensitive(message, patterns);
    expect(findings).toMatchObject(expected);
    expect(findings).toHaveLength(expected.length);
  });

  it('match numbers, and nothing is no match', async () => {
    expect(await findSensitive(context({ card: 4111111111111111 }), { card: /4[0-9]{15}/gu, empty: /q*/gu })).toMatchObject([
      { rule: 'card', path: '/content/context/card', masked: '…(16 characters)' },
    ]);
  });

  it('stand beside what the preset finds', async () => {
    expect((await findSensitive(details(`TK-123456 ${token}`), patterns)).map(({ rule }) => rule)).toEqual(['github', 'ticket-key']);
  });

  it('are stopped where they take too long, by name', async () => {
    const start = performance.now();
    const slow = findSensitive(details(`${'a'.repeat(60)}!`), { fine: /b/gu, slow: /(a+)+$/gu });
    await expect(slow).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('/communication/sensitive_patterns/slow'),
      hint: expect.stringContaining('repetition'),
      details: { problems: [{ code: 'SLOW_PATTERN', path: '/communication/sensitive_patterns/slow' }] },
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('filters of the workspace', () => {
  it('give one finding for a place, with the number of the filter', async () => {
    const message = info({
      subject: 'Drop it',
      content: { details: 'x\ndrop TABLE users; drop table x', context: { sql: ['DROP TABLE a'] } },
    });
    expect(await findSensitive(message, {}, [/never/iu, /drop\s+table/iu])).toEqual([
      { path: '/content/details', rule: 'content_filters/1', what: '/drop\\s+table/', masked: '…(10 characters)', line: 2, filter: 1 },
      { path: '/content/context/sql/0', rule: 'content_filters/1', what: '/drop\\s+table/', masked: '…(10 characters)', filter: 1 },
    ]);
  });

  it('show no secret that stands in a key', async () => {
    expect(JSON.stringify(await findSensitive(context({ [token]: 'forbidden' }), {}, [/forbidden/iu]))).not.toContain(token);
  });

  it('are stopped where they take too long', async () => {
    const slow = findSensitive(details(`${'a'.repeat(60)}!`), {}, [/(a|a)+$/iu]);
    await expect(slow).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('/communication/content_filters/0'),
    });
  });
});

describe('the scanner takes time in proportion to the length', () => {
  it.each([
    'https://a:',
    'https://',
    'postgres://a:b',
    'xoxb-a-',
    `SG.a.${'b'.repeat(300)} `,
    '_authToken=',
    '-----BEGIN PRIVATE '.concat('KEY-----\nMII'),
    'glc_aaaaaaaaaa',
    '{',
    '"',
    ' ',
  ])('%j, again and again', async (bait) => {
    const start = performance.now();
    await scanText(bait.repeat(Math.ceil((256 * 1024) / bait.length)));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
