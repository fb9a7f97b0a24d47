import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryPaths } from '../src/comms-repository.ts';
import { refusal } from './core/context.ts';
import { git, writeFiles } from './workspace/temporary.ts';

/** A repository with a workspace in it, and a linked working tree beside it. */
let [top, other] = ['', ''];
beforeAll(() => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'comms-repository-')));
  [top, other] = [join(place, 'repo'), join(place, 'other')];
  writeFiles(top, { 'src/login.ts': '', 'app/[id]/page.tsx': '', 'odd/{a,b}/c.ts': '', 'agent-comms/config.json': '{}' });
  git(top, 'init', '-q');
  git(top, 'add', '-A');
  git(top, 'commit', '-qm', 'x');
  git(top, 'worktree', 'add', '-q', other);
});
afterAll(() => rmSync(dirname(top), { recursive: true, force: true }));

const globOf = (cwd: string, path: string) => repositoryPaths({ root: join(top, 'agent-comms'), cwd }).globOf(path);

describe('a path of the command line', () => {
  const table: [cwd: string, path: string, glob: string][] = [
    ['.', 'src/login.ts', 'src/login.ts'],
    ['src', 'login.ts', 'src/login.ts'],
    ['src', '.', 'src'],
    ['src', '..', '**'],
    ['.', '.', '**'],
    ['src', '../test/new.ts', 'test/new.ts'],
    ['src', '*.ts', 'src/*.ts'],
    ['src', '../**/*.{ts,md}', '**/*.{ts,md}'],
    ['src', '..\\test\\*', 'test/*'],
    ['app/[id]', 'page.tsx', 'app/[id]/page.tsx'],
    ['odd/{a,b}', 'c.ts', 'odd/?a,b?/c.ts'],
    ['.', 'src/gone/deep/x', 'src/gone/deep/x'],
    ['agent-comms', 'config.json', 'agent-comms/config.json'],
  ];
  test.each(table)('in %s, %s is %s', async (cwd, path, glob) => {
    expect(await globOf(join(top, cwd), path)).toBe(glob);
    // The same in a linked working tree: what is reserved there is reserved for all.
    if (cwd !== 'agent-comms') expect(await globOf(join(other, cwd), path)).toBe(glob);
  });

  test('may be absolute', async () => {
    expect(await globOf('/', join(top, 'src/*.ts'))).toBe('src/*.ts');
    expect(await globOf(top, join(other, 'src'))).toBe('src');
  });

  test.each([['../x'], ['/etc/passwd'], ['../*'], ['/*'], ['../repo2/x']])('%s is refused', async (path) => {
    const error = await refusal(() => globOf(top, path), 'UNSAFE_PATH');
    expect(error.message).toContain(top);
  });

  test.each([[''], [' '], ['a\0b'], ['*/../x']])('%j is none', async (path) => {
    await refusal(() => globOf(top, path), 'USAGE');
  });

  test('through a link it is what the link leads to; a link itself is a file', async () => {
    symlinkSync(join(top, 'src'), join(top, 'link'));
    mkdirSync(join(top, '../elsewhere'));
    symlinkSync(join(top, '../elsewhere'), join(top, 'out'));
    expect(await globOf(top, 'link/login.ts')).toBe('src/login.ts');
    expect(await globOf(top, 'link/*.ts')).toBe('src/*.ts');
    expect(await globOf(top, 'link')).toBe('link');
    await refusal(() => globOf(top, 'out/x'), 'UNSAFE_PATH');
  });
});
