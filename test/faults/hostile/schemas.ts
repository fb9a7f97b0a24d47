import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comms } from '../../cli/harness.ts';
import { LONG } from '../../long.ts';
import { figure } from '../figure.ts';
import { type Jobs, startJobs } from './jobs.ts';
import { withInheritedKeys } from './payloads.ts';

/** A schema in which each of `depth` definitions refers twice to the next. */
function doubling(keyword: 'allOf' | 'anyOf' | 'oneOf', depth = 40): object {
  const definitions: Record<string, unknown> = { [`d${depth}`]: { required: ['nothing'] } };
  for (let n = 0; n < depth; n++) definitions[`d${n}`] = { [keyword]: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] };
  return { $defs: definitions, $ref: '#/$defs/d0' };
}

/** As text: what is so deep cannot be written by JSON.stringify. */
function nested(depth: number): string {
  return `${'{"not":'.repeat(depth)}{}${'}'.repeat(depth)}`;
}

function chained(length: number): object {
  const definitions = Object.fromEntries(Array.from({ length }, (_, n) => [`d${n}`, { $ref: `#/$defs/d${n + 1}` }]));
  return { $defs: { ...definitions, [`d${length}`]: true }, $ref: '#/$defs/d0' };
}

const subject = (schema: object) => ({ properties: { subject: schema } });

/** Each must be refused as unusable. */
const BOMBS: Record<string, unknown> = {
  'a catastrophic pattern': subject({ pattern: '^(a+)+$' }),
  'two alternatives of one text': subject({ pattern: '^(a|a)*$' }),
  'a catastrophic name of a property': { propertyNames: { pattern: '^(([a-z_]|[a-z])+)+[A-Z]$' } },
  'references that double (allOf)': doubling('allOf'),
  'references that double (anyOf)': doubling('anyOf'),
  'references that double (oneOf)': doubling('oneOf'),
  'a reference to itself': { $ref: '#' },
  'a dynamic reference to itself': { $id: 'x', $dynamicAnchor: 'n', allOf: [{ $dynamicRef: '#n' }] },
  'deep nesting': nested(20_000),
  'a long chain of references': chained(20_000),
  'a reference to the web': { $ref: 'http://127.0.0.1:1/schema.json' },
  'a reference to a file': { $ref: 'file:///etc/passwd' },
  'a reference to a path': { $ref: '../../etc/passwd' },
  'a pattern that is none': subject({ pattern: '(' }),
  'a type that there is not': { type: '\u001b]0;x\u0007'.repeat(1000) },
  'no schema': [],
};

/** What keeps the machine busy for as long as it may; the short form is content with two. */
const SLOW = [
  'two alternatives of one text',
  'a catastrophic name of a property',
  'references that double (anyOf)',
  'references that double (oneOf)',
];
const bombs = Object.entries(BOMBS).filter(([name]) => LONG || !SLOW.includes(name));

/** Each is unusual, and may be used or refused. */
const ODD: Record<string, unknown> = {
  'a huge enum': subject({ enum: Array.from({ length: LONG ? 300_000 : 30_000 }, (_, n) => `value ${n}`) }),
  'inherited keys': { properties: withInheritedKeys({ type: 'string' }), ...withInheritedKeys({}) },
  'code in every keyword': {
    title: '"+process.exit(9)+"',
    properties: { "'];process.exit(9);['": { const: '`+process.exit(9)+`' } },
    required: ["';process.exit(9)//"],
  },
  'a default': { properties: { content: { default: { details: 'x' } } }, 'x-unknown': true },
};

/** A schema that somebody puts into the workspace neither stops nor runs anything. */
export function schemas(): void {
  describe('a schema of the workspace', () => {
    let jobs: Jobs;
    let top: string;
    beforeAll(async () => {
      top = mkdtempSync(join(tmpdir(), 'comms-schemas-'));
      jobs = await startJobs(top);
      await comms(['init', '--agents', 'claude,gpt'], { cwd: top });
      mkdirSync(join(top, 'agent-comms', 'schemas'));
    });
    afterAll(() => {
      jobs.end();
      rmSync(top, { recursive: true, force: true });
    });
    const send = (schema: unknown, n: number) => {
      const type = `bomb.n${n}`;
      const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
      writeFileSync(join(top, 'agent-comms', 'schemas', `${type}.schema.json`), text);
      figure('schemas that are bombs', 1);
      const words = ['--subject', `${'a'.repeat(60)}!`, '--details', 'a'.repeat(60), '--context', 'a=1'];
      return jobs.run(top, ['send', '--from', 'claude', '--to', 'gpt', '--type', type, ...words, '--json']);
    };

    test('what is a bomb is refused with a code and its file, and the command ends', async () => {
      for (const [n, [name, schema]] of bombs.entries()) {
        const result = await send(schema, n);
        expect(result, `${name} did not come back`).toBeDefined();
        const answer = JSON.parse(result?.stdout ?? '') as { error?: { code: string; message: string; details: { file: string } } };
        expect({ name, exit: result?.exit, code: answer.error?.code }).toEqual({ name, exit: 6, code: 'INVALID_CONFIG' });
        expect(answer.error?.details.file).toBe(`schemas/bomb.n${n}.schema.json`);
        expect(answer.error?.message.length).toBeLessThan(400);
      }
    });

    test('what is merely odd ends, and runs nothing of it', async () => {
      for (const [n, [name, schema]] of Object.entries(ODD).entries()) {
        const result = await send(schema, 100 + n);
        expect({ name, known: [0, 6].includes(result?.exit ?? -1), polluted: result?.polluted }).toEqual({
          name,
          known: true,
          polluted: [],
        });
      }
    });

    test('the type of a message in a file is no path to a schema elsewhere', async () => {
      writeFileSync(join(top, 'evil.schema.json'), JSON.stringify({ type: 'nonsense' }));
      const message = {
        id: 'msg-001',
        timestamp: '2026-01-17T12:00:00Z',
        sender: 'claude',
        recipient: 'gpt',
        type: '../../evil',
        priority: 'low',
        status: 'PENDING',
        subject: 's',
        content: { details: 'd', context: {}, attachments: [] },
        references: [],
        requires_response: false,
      };
      const result = await jobs.run(top, ['validate', '-', '--json'], JSON.stringify(message));
      expect(result?.stdout).toContain('UNKNOWN_TYPE');
      expect(result?.stdout).not.toContain('INVALID_CONFIG');
    });
  });
}
