import { describe, expect, test } from 'vitest';
import { CONTEXT_FIELDS } from '../../src/core/context-fields.ts';
import { contextFrom, objectFromPairs } from '../../src/core/pairs.ts';
import { schemas } from '../../src/generated/schemas.ts';
import { refusal } from './context.ts';

test.each([
  ['a text', ['a=b c'], { a: 'b c' }],
  [
    'JSON',
    ['n=1', 'f=1.5', 't=true', 'z=null', 'l=[1,"x"]', 'o={"x":1}', 's="1"'],
    { n: 1, f: 1.5, t: true, z: null, l: [1, 'x'], o: { x: 1 }, s: '1' },
  ],
  ['nothing', ['a='], { a: '' }],
  ['an equals sign in the value', ['a=b=c'], { a: 'b=c' }],
  ['a comma in the value', ['a=b,c'], { a: 'b,c' }],
  ['a number that JSON cannot hold', ['id=12345678901234567890', 'small=12'], { id: '12345678901234567890', small: 12 }],
  ['a dotted path', ['a.b.c=1', 'a.b.d=2'], { a: { b: { c: 1, d: 2 } } }],
  ['an escaped dot', ['a\\.b.c=1'], { 'a.b': { c: 1 } }],
  ['an empty list', ['errors=[]'], { errors: [] }],
  ['places of a list', ['errors.0=x', 'errors.1.name=y'], { errors: ['x', { name: 'y' }] }],
  ['numbers that are names', ['ports.8080=open'], { ports: { 8080: 'open' } }],
  ['a repeated key', ['a=1', 'a=x'], { a: [1, 'x'] }],
  ['what goes deeper into a JSON value', ['a={"x":1}', 'a.y=2'], { a: { x: 1, y: 2 } }],
])('%s', (_, pairs, expected) => {
  expect(contextFrom(pairs)).toEqual(expected);
});

test.each([
  ['a text that reads as a number', 'BUG_REPORT', ['expected=200', 'actual=null'], { expected: '200', actual: 'null' }],
  ['a type in lower case', 'bug_report', ['expected=200'], { expected: '200' }],
  ['steps as a text', 'BUG_REPORT', ['reproduction_steps=1'], { reproduction_steps: '1' }],
  ['steps as a list', 'BUG_REPORT', ['reproduction_steps=a', 'reproduction_steps=b'], { reproduction_steps: ['a', 'b'] }],
  ['steps as JSON', 'BUG_REPORT', ['reproduction_steps=["a","b"]'], { reproduction_steps: ['a', 'b'] }],
  ['a line number', 'BUG_REPORT', ['line=42'], { line: 42 }],
  ['one file', 'FIX_REQUEST', ['files=a,b.ts'], { files: ['a,b.ts'] }],
  ['two files', 'FIX_REQUEST', ['files=a.ts', 'files=b.ts'], { files: ['a.ts', 'b.ts'] }],
  ['files as JSON and one more', 'FIX_REQUEST', ['files=["a"]', 'files=b'], { files: ['a', 'b'] }],
  ['a file by its place', 'FIX_REQUEST', ['files.0=200'], { files: ['200'] }],
  ['an error', 'TEST_RESULT', ['errors=it broke', 'passed=3'], { errors: ['it broke'], passed: 3 }],
  ['errors that are objects', 'TEST_RESULT', ['errors={"a":1}', 'errors=2'], { errors: [{ a: 1 }, 2] }],
  ['a hash of digits', 'CODE_CHANGE', ['commit_hash=1234567', 'files_changed=1'], { commit_hash: '1234567', files_changed: ['1'] }],
  ['a type of the workspace', 'context.query', ['files=1'], { files: 1 }],
  ['a type named like a member of objects', 'constructor', ['files=1'], { files: 1 }],
])('for what the schema says: %s', (_, type, pairs, expected) => {
  expect(contextFrom(pairs, undefined, type)).toEqual(expected);
});

describe('with a JSON object', () => {
  test('pairs are added to it', () => {
    expect(contextFrom(['b=2', 'c.y=3'], '{"a":1,"c":{"x":1}}')).toEqual({ a: 1, b: 2, c: { x: 1, y: 3 } });
  });

  test.each(['{"a":', '[1]', 'null', '"x"'])('%s is refused', async (json) => {
    expect((await refusal(() => contextFrom([], json), 'USAGE')).message).toContain('--context-json');
  });
});

test.each([
  ['no value', ['abc']],
  ['no key', ['=1']],
  ['an empty step', ['a..b=1']],
  ['a step before the first', ['.a=1']],
  ['a step after the last', ['a.=1']],
  ['a prototype', ['__proto__.x=1']],
  ['a prototype further down', ['a.constructor.prototype.x=1']],
  ['a value and what lies deeper', ['a=1', 'a.b=2']],
  ['what lies deeper and a value', ['a.b=2', 'a=1']],
  ['a place in a text', ['a=x', 'a.0=2']],
  ['a gap in a list', ['a.0=x', 'a.2=y']],
  ['a name in a list', ['a=[1]', 'a.b=2']],
])('%s is refused', async (_, pairs) => {
  const error = await refusal(() => contextFrom(pairs), 'USAGE');
  expect(error.hint).toBeTruthy();
  expect({}).not.toHaveProperty('x');
});

test('a text given twice is refused', async () => {
  await refusal(() => contextFrom(['expected=1', 'expected=2'], undefined, 'BUG_REPORT'), 'USAGE');
  await refusal(() => contextFrom(['a=2'], '{"a":1}'), 'USAGE');
});

test('errors name the option', async () => {
  expect((await refusal(() => objectFromPairs(['x'], { option: '--metadata' }), 'USAGE')).hint).toContain('--metadata key=value');
});

test('the table of fields agrees with the schemas', () => {
  expect(tableOf(schemas)).toEqual(CONTEXT_FIELDS);
});

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: string[];
}

/** What the table has to hold: every field of a context that takes texts or a list. */
function tableOf(all: Record<string, unknown>): Record<string, Record<string, string>> {
  const tables = Object.entries(all as Record<string, Schema>).map(([type, schema]) => {
    const fields = schema.properties?.content?.properties?.context?.properties ?? {};
    const kinds = Object.entries(fields).flatMap(([name, field]) => {
      const kind = kindOf(field);
      return kind === undefined ? [] : [[name, kind]];
    });
    return [type, Object.fromEntries(kinds)] as const;
  });
  return Object.fromEntries(tables.filter(([, fields]) => Object.keys(fields).length > 0));
}

function kindOf({ type, items, anyOf, enum: words }: Schema): string | undefined {
  if (anyOf) return 'text or texts';
  if (type === 'array') return items?.type === 'string' ? 'texts' : 'items';
  return type === 'string' || words ? 'text' : undefined;
}
