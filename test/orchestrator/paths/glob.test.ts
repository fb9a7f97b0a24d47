import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globKey, literalGlob, matches, overlaps, parseGlob } from '../../../src/orchestrator/paths/glob.ts';
import { refusal } from '../../core/context.ts';

describe('matches', () => {
  const table: [glob: string, path: string, does: boolean][] = [
    ['src/login.ts', 'src/login.ts', true],
    ['src/login.ts', 'src/login.tsx', false],
    ['src', 'src/a/b.ts', true],
    ['src/', 'src', true],
    ['src', 'src2/a.ts', false],
    ['./src//a/', 'src/a/b', true],
    ['src\\login.ts', 'src/login.ts', true],
    ['src/x/../login.ts', 'src/login.ts', true],
    ['.', 'anything/at/all', true],
    ['*.ts', 'a.ts', true],
    ['*.ts', '.ts', true],
    ['*.ts', 'src/a.ts', false],
    ['src/*', 'src/a', true],
    ['src/*', 'src/a/b', false],
    ['src/*', 'src', false],
    ['src/*', 'src/.env', true],
    ['src/?.ts', 'src/é.ts', true],
    ['src/?.ts', 'src/😀.ts', true],
    ['src/?.ts', 'src/ab.ts', false],
    ['src/?', 'src/a/b', false],
    ['src/**', 'src/a/b', true],
    ['src/**', 'src', false],
    ['**/test/**', 'a/b/test/c', true],
    ['**/test/**', 'test/c', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a/b/c/zz', false],
    ['a**z', 'abz', true],
    ['a**z', 'a/z', false],
    ['src/{login,logout}.ts', 'src/logout.ts', true],
    ['src/{login,logout}.ts', 'src/log.ts', false],
    ['{src,test}', 'test/x/y', true],
    ['{src/{a,b},test}/*.ts', 'src/b/x.ts', true],
    ['{src/{a,b},test}/*.ts', 'test/x.ts', true],
    ['a{,b}/c', 'a/c', true],
    ['a/{,b/}c', 'a/c', true],
    ['a/{b}.ts', 'a/{b}.ts', true],
    ['a/{b,c', 'a/{b,c', true],
    ['a/b}', 'a/b}', true],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
    ['app/[id]/page.tsx', 'app/i/page.tsx', false],
    ['src/Login.ts', 'SRC/login.TS', true],
    ['ΟΔΟΣ/x', 'οδος/x', true],
    ['caf\u00e9', 'cafe\u0301', true],
    ['Straße', 'straße', true],
  ];
  test.each(table)('%s and %s: %s', (glob, path, does) => {
    expect(matches(glob, path)).toBe(does);
  });
});

describe('overlaps', () => {
  const table: [a: string, b: string, do_: boolean][] = [
    ['src', 'src/login.ts', true],
    ['src', 'src', true],
    ['src/a', 'src/b', false],
    ['src/*.ts', 'src/login.*', true],
    ['src/*.ts', 'src/*.md', false],
    ['src/*.ts', 'test', false],
    ['**/*.ts', 'src', true],
    ['**', 'a', true],
    ['src/**', 'src', true],
    ['src/*/x', 'src/a', true],
    ['*/a/*', '*/b/*', false],
    ['**/a/*', '**/b/*', false],
    ['**/a/**', '**/b/**', true],
    ['{a,b}/x', '{b,c}/x', true],
    ['{a,b}/x', '{c,d}/x', false],
    ['a?c', '?b?', true],
    ['a?c', '?b', false],
    ['*a*b', 'b*a', false],
    ['*a*b*', 'b*a', true],
    ['SRC', 'src/a', true],
  ];
  test.each(table)('%s and %s: %s', (a, b, do_) => {
    expect(overlaps(a, b)).toBe(do_);
    expect(overlaps(b, a)).toBe(do_);
  });

  test('a path as git tells it means itself, whatever characters are in it', () => {
    expect(overlaps('src/*.ts', literalGlob('src/a.ts'))).toBe(true);
    expect(overlaps('src/a.ts', literalGlob('src/*.ts'))).toBe(false);
    expect(overlaps('x/{a,b}', literalGlob('x/{a,b}'))).toBe(false);
    expect(overlaps('x', literalGlob('x/{a,b}'))).toBe(true);
    expect(overlaps('a/b', literalGlob('a\\b'))).toBe(false);
    expect(overlaps('lib/x/y', literalGlob('lib/x'))).toBe(true);
  });

  test('two that are written alike are the same', () => {
    expect(globKey(parseGlob('./src//A/'))).toBe(globKey(parseGlob('SRC/a')));
    expect(globKey(parseGlob('src/a'))).not.toBe(globKey(parseGlob('src/a/**')));
  });
});

describe('parseGlob', () => {
  const refused: [glob: string, code: 'UNSAFE_PATH' | 'USAGE'][] = [
    ['..', 'UNSAFE_PATH'],
    ['../x', 'UNSAFE_PATH'],
    ['a/../../x', 'UNSAFE_PATH'],
    ['/etc/passwd', 'UNSAFE_PATH'],
    ['C:\\x', 'UNSAFE_PATH'],
    ['c:', 'UNSAFE_PATH'],
    ['..\\x', 'UNSAFE_PATH'],
    ['', 'USAGE'],
    ['  ', 'USAGE'],
    ['a\0b', 'USAGE'],
    ['*/../x', 'USAGE'],
    ['{q/a,b/../c}', 'USAGE'],
    ['{a,../b}', 'USAGE'],
    ['a/{b/c,..}', 'USAGE'],
    ['{,a}', 'USAGE'],
    ['x'.repeat(1025), 'USAGE'],
    ['{a,b}'.repeat(50), 'USAGE'],
    ['{a,b}'.repeat(7), 'USAGE'],
    [`${'{a,'.repeat(20)}b${'}'.repeat(20)}`, 'USAGE'],
    [`${'x'.repeat(900)}{a,b,c,d,e}`, 'USAGE'],
  ];
  test.each(refused)('%.40s is refused as %s', async (glob, code) => {
    const error = await refusal(() => parseGlob(glob), code);
    expect(error.hint).toBeTruthy();
    expect(error.message.length).toBeLessThan(200);
  });

  test('what is at the limit is not', () => {
    expect(parseGlob('{a,b}'.repeat(6)).alternatives).toHaveLength(64);
    expect(parseGlob('x'.repeat(1024)).text).toHaveLength(1024);
  });

  test.each([
    ['.', '**'],
    ['./a//b/', 'a/b'],
    ['a\\b\\*.ts', 'a/b/*.ts'],
    ['a/./b/../c', 'a/c'],
    ['Cafe\u0301', 'Caf\u00e9'],
  ])('%s is stored as %s', (glob, text) => {
    expect(parseGlob(glob).text).toBe(text);
  });

  test('hostile globs are compared in time', () => {
    const hostile = `**/${'*a'.repeat(500)}`;
    expect(overlaps(hostile, `**/${'a*'.repeat(500)}b`)).toBe(false);
    expect(overlaps(hostile, hostile)).toBe(true);
    expect(matches(hostile, `x/${'a'.repeat(3000)}b`)).toBe(false);
    const deep = '**/a/'.repeat(200);
    expect(overlaps(`${deep}b`, `${deep}c`)).toBe(false);
    expect(matches(`${deep}b`, 'a/'.repeat(2000))).toBe(false);
    expect(matches(`${'{'.repeat(1000)}`, 'a')).toBe(false);
  });
});

describe('against every path over a small alphabet', () => {
  const words = ['a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'abb', 'bab', 'aba'];
  const paths = allPaths(words, 3);
  const word = fc.array(fc.constantFrom('a', 'b', '?', '*'), { minLength: 1, maxLength: 2 }).map((tokens) => tokens.join(''));
  const part = fc.oneof(
    { weight: 4, arbitrary: word },
    { weight: 1, arbitrary: fc.constant('**') },
    { weight: 1, arbitrary: braces(word) },
  );
  const glob = fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'));

  test('matches says what a regular expression says', () => {
    fc.assert(
      fc.property(glob, (text) => {
        const means = oracle(text);
        for (const path of paths) if (matches(text, path) !== means(path)) throw new Error(`${text} and ${path}`);
      }),
      { numRuns: 150 },
    );
  });

  test('two overlap where some path is one that both mean', () => {
    fc.assert(
      fc.property(glob, glob, (one, other) => {
        const [first, second] = [oracle(one), oracle(other)];
        expect(overlaps(one, other)).toBe(paths.some((path) => first(path) && second(path)));
      }),
      { numRuns: 1000 },
    );
  });
});

function braces(word: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(word, word).map(([a, b]) => `{${a},${b}}`);
}

function allPaths(words: readonly string[], depth: number): string[] {
  const paths = [...words];
  let last = [...words];
  for (let n = 1; n < depth; n += 1) {
    last = last.flatMap((path) => words.map((one) => `${path}/${one}`));
    paths.push(...last);
  }
  return paths;
}

/** By another way: each text that the braces stand for as a regular expression. */
function oracle(glob: string): (path: string) => boolean {
  const found = /\{([^,]*),([^}]*)\}/.exec(glob);
  if (found) {
    const [first, second] = [found[1], found[2]].map((part = '') => oracle(glob.replace(found[0], part)));
    return (path) => first?.(path) === true || second?.(path) === true;
  }
  if (!/[*?]/.test(glob)) return (path) => path === glob || path.startsWith(`${glob}/`);
  const source = glob.split('/').reduce((before, part, at, parts) => {
    if (part === '**') return at === parts.length - 1 ? `${before}(?:[^/]+/)+` : `${before}(?:[^/]+/)*`;
    return `${before}${part.replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]')}/`;
  }, '');
  const pattern = new RegExp(`^${source}$`);
  return (path) => pattern.test(`${path}/`);
}
