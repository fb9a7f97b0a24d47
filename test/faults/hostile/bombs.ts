import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comms } from '../../cli/harness.ts';
import { LONG } from '../../long.ts';
import { figure } from '../figure.ts';
import { type Jobs, startJobs } from './jobs.ts';
import { inboxOf } from './workspace.ts';

const MANY = LONG ? 1_000_000 : 20_000;
const START = '2026-01-17T12:00:00Z';

const message = (change: string) =>
  `{"id":"msg-001","timestamp":"${START}","sender":"claude","recipient":"gpt","type":"INFO","priority":"low","status":"PENDING","subject":"s","content":{"details":"d","context":{"x":${change}},"attachments":[]},"references":[],"requires_response":false}`;

/** JSON that is small to write and large to read. */
const JSONS: Record<string, string> = {
  'nested 100,000 deep': message('['.repeat(100_000) + ']'.repeat(100_000)),
  'objects 50,000 deep': message(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
  'numbers too large': message('[1e999,-1e999,1e-999,123456789012345678901234567890,0.1e400]'),
  'a text of megabytes': message(JSON.stringify('x'.repeat(LONG ? 10_000_000 : 2_000_000))),
  'escapes that grow': message(JSON.stringify('\u0001'.repeat(1_000_000))),
  'very many keys': message(`{${Array.from({ length: MANY }, (_, n) => `"k${n}":${n}`).join(',')}}`),
  'one key very often': message(`{${'"a":1,'.repeat(MANY)}"a":2}`),
  'very many items': message(`[${'0,'.repeat(MANY)}0]`),
  'no end': '{"id":"msg-001","content":'.repeat(10_000),
  'a lone surrogate': message('"\\ud800"'),
};

/** Input that would take all time or memory ends with an answer. */
export function bombs(): void {
  describe('JSON and files that are small to write and large to read', () => {
    let jobs: Jobs;
    let top: string;
    beforeAll(async () => {
      top = mkdtempSync(join(tmpdir(), 'comms-bombs-'));
      jobs = await startJobs(top);
      await comms(['init', '--agents', 'claude,gpt'], { cwd: top });
    });
    afterAll(() => {
      jobs.end();
      rmSync(top, { recursive: true, force: true });
    });
    const run = async (argv: string[], stdin = '') => {
      figure('inputs that are bombs', 1);
      const result = await jobs.run(top, argv, stdin);
      expect(result, `${argv.join(' ')} did not come back`).toBeDefined();
      expect(result?.stderr).not.toContain('This is a bug');
      return result ?? { exit: -1, stdout: '', stderr: '', ms: 0, polluted: [] };
    };
    const write = (name: string, text: string | object) =>
      writeFileSync(join(top, 'agent-comms', name), typeof text === 'string' ? text : JSON.stringify(text));

    test('as a message, they are refused or delivered, and the command ends', async () => {
      for (const [name, json] of Object.entries(JSONS)) {
        const { exit } = await run(['send', '--message', '-', '--from', 'claude'], json);
        expect({ name, ok: [0, 2, 6].includes(exit) }).toEqual({ name, ok: true });
        if (LONG) await run(['validate', '-'], json);
      }
    });

    test('in an inbox, every command ends, and what else is there is read', async () => {
      for (const [name, json] of Object.entries(JSONS)) {
        const good = message('1').replace('msg-001', 'msg-777');
        write(
          'gpt-inbox.md',
          `${inboxOf([]).replace('## Archived', `### Message: msg-001\n\n\`\`\`json\n${json}\n\`\`\`\n\n### Message: msg-777\n\n\`\`\`json\n${good}\n\`\`\`\n\n## Archived`)}`,
        );
        const listed = await run(['inbox', '--as', 'gpt', '--json']);
        expect({ name, exit: listed.exit, found: listed.stdout.includes('msg-777') }).toEqual({ name, exit: 0, found: true });
        if (LONG) await run(['doctor', '--json']);
      }
      write('gpt-inbox.md', inboxOf([]));
    });

    test('one id very often is told, and not lost', async () => {
      write('gpt-inbox.md', inboxOf(Array.from({ length: 300 }, (_, n) => ({ ...JSON.parse(message(String(n))), subject: `s${n}` }))));
      const { stdout } = await run(['inbox', '--as', 'gpt', '--json', '--limit', '1000']);
      expect(JSON.parse(stdout).data.messages).toHaveLength(300);
      expect((await run(['doctor', '--json'])).stdout).toContain('DUPLICATE_ID');
      write('gpt-inbox.md', inboxOf([]));
    });

    test('a plan of circles and of globs that explode', async () => {
      const ids = Array.from({ length: 500 }, (_, n) => `t${n}`);
      const braces = '{a,b}'.repeat(30);
      const globs = [
        `${braces}/x`,
        '**/'.repeat(200),
        `${'*a'.repeat(200)}b`,
        `${'{'.repeat(500)}a${'}'.repeat(500)}`,
        `${'[a-z]'.repeat(500)}`,
        '{1..999999999}',
      ];
      const tasks = ids.map((id, n) => ({
        id,
        owner: n % 2 ? 'gpt' : 'claude',
        files: n < 10 ? ['**/*a*b*c*d*', '**/*d*c*b*a*'] : [`src/${n}/**`],
        depends_on: ids,
      }));
      write('plan.json', { phases: [{ id: 'p', agents: ['claude', 'gpt'], status: 'active', started_at: START }], tasks });
      expect([0, 6]).toContain((await run(['plan', 'check', '--json'])).exit);
      for (const glob of globs) {
        write('plan.json', {
          tasks: [
            { id: 'a', owner: 'claude', files: [glob] },
            { id: 'b', owner: 'gpt', files: [glob, 'src/**'] },
          ],
        });
        expect({ glob, known: [0, 6].includes((await run(['plan', 'check'])).exit) }).toEqual({ glob, known: true });
        expect({ glob, known: [0, 2, 6, 7].includes((await run(['reserve', glob, '--as', 'gpt'])).exit) }).toEqual({ glob, known: true });
        await run(['reservations', 'a'.repeat(200)]);
      }
      rmSync(join(top, 'agent-comms', 'plan.json'));
    });

    test('a config.json of thousands of agents, or of depth', async () => {
      const agents = Object.fromEntries(Array.from({ length: LONG ? 20_000 : 3_000 }, (_, n) => [`agent-${n}`, {}]));
      for (const config of [
        JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: {}, ...agents } }),
        `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
        '['.repeat(200_000),
      ]) {
        write('config.json', config);
        expect([0, 6]).toContain((await run(['where'])).exit);
        expect([0, 3, 6]).toContain((await run(['inbox', '--as', 'gpt'])).exit);
      }
    });
  });
}
