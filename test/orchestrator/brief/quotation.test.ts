import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipped, code, fenced, fitting, prose } from '../../../src/orchestrator/brief/quotation.ts';

test.each([
  ['plain', '`plain`'],
  ['a `b` c', '``a `b` c``'],
  ['`', '`` ` ``'],
  ['``x```', '```` ``x``` ````'],
  ['a\n# b', '`a\\n# b`'],
  ['\u001b[2J\u202e', '`\\x1b[2J\\u202e`'],
])('as code %j is %s', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test.each([
  ['A *b* [c](d) <e> `f` # g', 'A \\*b\\* \\[c\\](d) \\<e\\> \\`f\\` \\# g'],
  ['a\n\n# b\r\n- c', 'a \\# b - c'],
  ['\u0007\\x', '\\x07\\\\x'],
])('as prose %j is %s', (text, expected) => {
  expect(prose(text)).toBe(expected);
});

test('a fence is longer than any in it', () => {
  expect(fenced(['a', '```', '`````'])).toBe('``````text\na\n```\n`````\n``````');
  expect(fenced(['a'], 'sh')).toBe('```sh\na\n```');
});

test('nothing that is quoted ends its quotation', () => {
  const hostile = fc.array(fc.constantFrom('`', '```', '\n', '\r', '\u2028', '#', ' ', 'x', '~~~', '\u0000', '\u{e0041}', '<', '"', '\\'), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(hostile, (parts) => {
      const text = parts.join('');
      const inline = code(text);
      const [mark = ''] = /^`+/.exec(inline) ?? [];
      expect(inline).not.toMatch(/[\n\r\u2028\u0000]/);
      // An empty text is no code span: it quotes nothing.
      if (text !== '') expect([...inline.slice(mark.length, -mark.length).matchAll(/`+/g)].some(([run]) => run === mark)).toBe(false);
      expect(prose(text)).not.toMatch(/[\n\r\u2028\u0000]|(?<!\\)(\\\\)*[`<#]/);
    }),
  );
});

test('cuts between characters, and says so', () => {
  expect(clipped('abc', 3)).toBe('abc');
  expect(clipped('abcd', 3)).toBe('ab…');
  expect(clipped('😀😀😀', 2)).toBe('😀…');
  expect(fitting(['aaaa', 'bbbb', 'c'], 12)).toEqual({ shown: ['aaaa', 'bbbb'], left: 1 });
  expect(fitting(['aaaa'], 5)).toEqual({ shown: [], left: 1 });
});
