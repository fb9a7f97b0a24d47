import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');

interface Guard {
  guard: string;
  file: string;
  find: string;
  replace: string;
  test: string;
  title: string;
}

const GUARDS: Guard[] = JSON.parse(readFileSync(path.join(import.meta.dirname, 'guards.json'), 'utf8'));

// Whether the named tests notice is seen by `npm run test:guards`, which takes minutes.
test.each(GUARDS)('$guard: what is to be broken stands once in its file, and the test is there', (guard) => {
  expect(readFileSync(path.join(ROOT, guard.file), 'utf8').split(guard.find)).toHaveLength(2);
  expect(guard.replace).not.toBe(guard.find);
  expect(existsSync(path.join(ROOT, guard.test))).toBe(true);
});

test('docs/reliability.md lists each of them', () => {
  const page = readFileSync(path.join(ROOT, 'docs/reliability.md'), 'utf8');
  expect(GUARDS.filter(({ guard, test: file, title }) => !page.includes(`| ${guard} | \`${file}\`: "${title}" |`))).toEqual([]);
});
