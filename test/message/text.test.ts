import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstLine, harmless, quote, visible } from '../../src/message/text.ts';

describe('visible', () => {
  test.each([
    ['plain, ünïcödé, 漢字, 😀, ❤️', 'plain, ünïcödé, 漢字, 😀, ❤️'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['\u009b31m', '\\x9b31m'],
    ['\u007f', '\\x7f'],
    ['\u0000', '\\x00'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['a\u200bb\ufeff\u2060', 'a\\u200bb\\ufeff\\u2060'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800x', '\\ud800x'],
  ])('%j is shown as %s', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test('keeps newlines and tabs on request, and no carriage return', () => {
    expect(visible('a\r\nb\n\tc\rd\u001b', { newlines: true })).toBe('a\nb\n\tc\\rd\\x1b');
  });

  test('leaves nothing that a terminal would obey', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u001b', '\u009b', '\u202e', '\u2066', '\n', '\r', '\t', '\u2028'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(nasty, fc.boolean(), (text, newlines) => {
        const shown = visible(text, { newlines });
        const rest = newlines ? shown.replace(/[\n\t]/g, '') : shown;
        expect(rest).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
        expect(visible(shown, { newlines })).toBe(shown);
      }),
    );
  });
});

describe('firstLine', () => {
  test.each([
    ['one\ntwo', 80, 'one'],
    ['\n\r\n  one  \r\ntwo', 80, 'one'],
    ['one\u2028two', 80, 'one'],
    ['', 80, ''],
    [' \n ', 80, ''],
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
  ])('of %j in %d is %j', (text, max, expected) => {
    expect(firstLine(text, max)).toBe(expected);
  });
});

test('a quotation is one short, harmless line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(quote(text, 10))).toBe(quote(text, 10));
      expect(Array.from(quote(text, 10)).length).toBeLessThanOrEqual(10 * 9 + 2);
    }),
  );
});

describe('harmless', () => {
  test('finds whatever `visible` would change, and leaves everything else alone', () => {
    const nasty = fc.string({
      unit: fc.oneof(fc.constantFrom('\u001b', '\u009b', '\u202e', '\u00ad', '\u3164', '\n'), fc.string({ unit: 'binary', maxLength: 1 })),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        expect(harmless(text)).toBe(visible(text, { newlines: true }));
      }),
    );
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (visible(character, { newlines: true }) !== character && harmless(character) === character) expect.fail(`U+${code.toString(16)}`);
    }
  });

  test('our colours stay where there are some, and nothing else', () => {
    const text = '\u001b[31mred\u001b[39m \u001b[2J\u001b]0;x\u0007';
    expect(harmless(text)).toBe('\\x1b[31mred\\x1b[39m \\x1b[2J\\x1b]0;x\\x07');
    expect(harmless(text, { colours: true })).toBe('\u001b[31mred\u001b[39m \\x1b[2J\\x1b]0;x\\x07');
  });
});
