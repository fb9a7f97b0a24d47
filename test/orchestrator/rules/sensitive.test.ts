import { describe, expect, it } from 'vitest';
import { sensitiveRule } from '../../../src/orchestrator/rules/sensitive.ts';
import type { SensitiveFinding } from '../../../src/orchestrator/sensitive/finding.ts';
import { findSensitive } from '../../../src/orchestrator/sensitive/scan.ts';
import type { CheckContext } from '../../../src/orchestrator/verdict.ts';
import { communicationFrom } from '../../../src/workspace/permissions.ts';
import { info } from '../../message/fixtures.ts';
import { runsOf } from '../sensitive/secrets.ts';

const secret: SensitiveFinding = {
  path: '/content/details',
  rule: 'github',
  what: 'GitHub Token',
  masked: 'ghp_…(40 characters)',
  line: 3,
};
const filtered: SensitiveFinding = { path: '/subject', rule: 'content_filters/1', what: '/drop/', masked: '…(4 characters)', filter: 1 };

function verdicts(sensitive: SensitiveFinding[], { asks = false, allows = false } = {}) {
  const config = { communication: { allow_sensitive: allows } } as unknown as Parameters<typeof communicationFrom>[0];
  const context: CheckContext = {
    message: info(),
    sender: 'claude',
    recipients: ['gpt'],
    mode: 'direct',
    now: 0,
    permissions: {},
    agents: [],
    aliases: {},
    communication: communicationFrom(config, {}),
    groups: {},
    files: [],
    reservations: [],
    waits: [],
    sensitive,
    allowSensitive: asks,
    levels: [],
  };
  return sensitiveRule(context);
}

describe('sensitive', () => {
  it.each<[string, SensitiveFinding[], Parameters<typeof verdicts>[1], (string | undefined)[]]>([
    ['nothing', [], {}, []],
    ['nothing, asked', [], { asks: true, allows: true }, []],
    ['a secret', [secret], {}, ['SENSITIVE_DATA']],
    ['a secret where it could be asked for', [secret], { allows: true }, ['SENSITIVE_DATA']],
    ['a secret, asked for in vain', [secret], { asks: true }, ['SENSITIVE_DATA']],
    ['a secret, allowed', [secret], { asks: true, allows: true }, []],
    ['what is filtered', [filtered], {}, ['CONTENT_FILTERED']],
    ['what is filtered is never allowed', [filtered, secret], { asks: true, allows: true }, ['CONTENT_FILTERED']],
    ['both', [secret, filtered], {}, ['CONTENT_FILTERED', 'SENSITIVE_DATA']],
  ])('%s', (_, findings, options, codes) => {
    const found = verdicts(findings, options);
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(found.every(({ outcome, reason, hint }) => outcome === 'refuse' && reason?.endsWith('.') && hint?.endsWith('.'))).toBe(true);
  });

  it('names the place, what is there and the way out', () => {
    expect(verdicts([secret])).toEqual([
      {
        outcome: 'refuse',
        code: 'SENSITIVE_DATA',
        reason: 'The message holds what looks like a secret: GitHub Token ghp_…(40 characters) in /content/details, line 3.',
        hint: 'Take it out and name the file or the environment variable where it is. Rotate a secret that others have seen.',
        details: {
          findings: [{ path: '/content/details', rule: 'github', what: 'GitHub Token', masked: 'ghp_…(40 characters)', line: 3 }],
        },
      },
    ]);
    expect(verdicts([filtered])).toMatchObject([
      {
        reason: 'The message says what this workspace filters: /drop/ (content_filters/1) in /subject.',
        hint: expect.stringContaining('communication.content_filters'),
      },
    ]);
  });

  it.each([
    [{ allows: true }, 'send it with --allow-sensitive'],
    [{ asks: true }, '"allow_sensitive": true under "communication"'],
  ])('with %j the hint has: %s', (options, text) => {
    expect(verdicts([secret], options)[0]?.hint).toContain(text);
    expect(verdicts([secret])[0]?.hint).not.toContain('allow');
  });

  it('names three of many', () => {
    const reason = verdicts(Array.from({ length: 5 }, () => secret))[0]?.reason;
    expect(reason?.split('GitHub Token')).toHaveLength(4);
    expect(reason).toMatch(/; and 2 more\.$/);
    expect(verdicts(Array.from({ length: 3 }, () => secret))[0]?.reason).not.toContain('more');
  });

  it('shows no escape sequence of a key, and nothing of the secret', async () => {
    const token = `ghp_${'a1B2c3'.repeat(6)}`;
    const message = info({ content: { details: token, context: { '\u001b[2J': `z ${token}`, [`x${token}`]: `y ${token}` } } });
    const [verdict] = verdicts(await findSensitive(message, {}));
    expect(verdict?.reason).toContain('\\x1b[2J');
    expect(verdict?.reason).not.toContain('\u001b');
    for (const run of runsOf(token.slice(4), 6)) expect(JSON.stringify(verdict)).not.toContain(run);
  });
});
