import { describe, expect, it } from 'vitest';
import { editJson } from '../../src/inbox/json-edit.ts';

const edit = (json: string, after: (before: Record<string, unknown>) => unknown) => {
  const before = JSON.parse(json);
  return editJson(json, before, after(before) as Record<string, unknown>, json.includes('\r\n') ? '\r\n' : '\n');
};

describe('editJson', () => {
  const cases: [name: string, before: string, change: (message: Record<string, unknown>) => unknown, after: string][] = [
    ['nothing', '{ "a" :1.0 }', (m) => ({ ...m }), '{ "a" :1.0 }'],
    ['order does not matter', '{"a":{"x":1,"y":2}}', () => ({ a: { y: 2, x: 1 } }), '{"a":{"x":1,"y":2}}'],
    ['one value', '{\n  "a": 1.0,\n  "b": 2\n}', (m) => ({ ...m, b: 3 }), '{\n  "a": 1.0,\n  "b": 3\n}'],
    ['numbers keep their spelling', '{"n": 12345678901234567890, "b": 1}', (m) => ({ ...m, b: 2 }), '{"n": 12345678901234567890, "b": 2}'],
    ['a new member', '{\n  "a": 1\n}', (m) => ({ ...m, b: { c: [1] } }), '{\n  "a": 1,\n  "b": {\n    "c": [\n      1\n    ]\n  }\n}'],
    ['a new member with tabs', '{\n\t"a": 1\n}', (m) => ({ ...m, b: { c: 1 } }), '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 1\n\t}\n}'],
    ['new members on one line', '{ "a": 1 }', (m) => ({ ...m, b: [1], c: 2 }), '{ "a": 1, "b": [1], "c": 2 }'],
    ['no space after colons', '{"a":1}', (m) => ({ ...m, b: 2 }), '{"a":1, "b":2}'],
    ['windows line breaks', '{\r\n  "a": 1\r\n}', (m) => ({ ...m, b: {} }), '{\r\n  "a": 1,\r\n  "b": {}\r\n}'],
    [
      'inside an object',
      '{\n  "d": {\n    "x": 1,\n    "y": 2\n  }\n}',
      () => ({ d: { x: 1, y: 3, z: 4 } }),
      '{\n  "d": {\n    "x": 1,\n    "y": 3,\n    "z": 4\n  }\n}',
    ],
    ['into an empty object', '{\n  "d": {}\n}', () => ({ d: { x: 1 } }), '{\n  "d": {\n    "x": 1\n  }\n}'],
    ['an object emptied', '{\n  "d": {\n    "x": 1\n  }\n}', () => ({ d: {} }), '{\n  "d": {}\n}'],
    ['everything else', '{"a":1}', () => ({ b: 2 }), '{"b":2}'],
    ['the first taken away', '{\n  "a": 1,\n  "b": 2\n}', () => ({ b: 2 }), '{\n  "b": 2\n}'],
    ['the middle taken away', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', () => ({ a: 1, c: 3 }), '{\n  "a": 1,\n  "c": 3\n}'],
    ['the last set to undefined', '{\n  "a": 1,\n  "b": 2\n}', (m) => ({ ...m, b: undefined }), '{\n  "a": 1\n}'],
    ['the first two taken away', '{"a":1,"b":2,"c":3}', () => ({ c: 3 }), '{"c":3}'],
    ['the last replaced by another', '{"a":1,"b":2}', () => ({ a: 1, c: 3 }), '{"a":1, "c":3}'],
    ['of a repeated key the last counts', '{"a":1,"a":2}', () => ({ a: 3 }), '{"a":1,"a":3}'],
    ['a repeated key taken away', '{"a":1,"b":0,"a":2}', () => ({ b: 0 }), '{"b":0}'],
    ['escapes in other members', '{"\\u0061":"\\u00e9\\/","b":1}', (m) => ({ ...m, b: 2 }), '{"\\u0061":"\\u00e9\\/","b":2}'],
    ['braces in strings', '{"a":"}{\\"","b":1}', (m) => ({ ...m, b: 2 }), '{"a":"}{\\"","b":2}'],
    ['another kind of value', '{"a":{"x":1},"b":[1]}', () => ({ a: [1], b: { x: 1 } }), '{"a":[1],"b":{"x":1}}'],
    ['__proto__ is data', '{"__proto__":{"x":1},"b":1}', (m) => ({ ...m, b: 2 }), '{"__proto__":{"x":1},"b":2}'],
    ['__proto__ taken away', '{"__proto__":{"x":1},"b":1}', () => ({ b: 1 }), '{"b":1}'],
    ['__proto__ is not what objects inherit', '{"a":[{"__proto__":{}}]}', () => ({ a: [{ x: 1 }] }), '{"a":[{"x":1}]}'],
    ['a member named like a method', '{"b":1}', (m) => ({ ...m, toString: 'x' }), '{"b":1, "toString":"x"}'],
  ];
  it.each(cases)('%s', (_, before, change, after) => expect(edit(before, change)).toBe(after));

  it('keeps comments', () => {
    const json = '{\n  "a": 1, // one\n  /* two */ "b": 2,\n}';
    expect(editJson(json, { a: 1, b: 2 }, { a: 1, b: 3, c: 4 }, '\n')).toBe('{\n  "a": 1, // one\n  /* two */ "b": 3,\n  "c": 4,\n}');
  });

  it('compares values nested deeper than the stack goes', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const json = `{"deep":${deep},"b":1}`;
    const changed = editJson(json, JSON.parse(json), { ...JSON.parse(json), b: 2 }, '\n');
    expect(changed === `{"deep":${deep},"b":2}`).toBe(true);
  });
});
