import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openBlobs } from '../../src/git/blob-process.ts';
import { commitsTouching, fileChanges } from '../../src/git/commits.ts';
import { repositoryAt } from '../../src/git/repository.ts';
import { commitAt, rangeOf } from '../../src/git/revisions.ts';
import { filesAt } from '../../src/git/tree.ts';
import { git, temporaryDirectory, writeFiles } from '../workspace/temporary.ts';

function repository(files: Record<string, string> = { 'w/a.md': 'a\n' }): string {
  const top = temporaryDirectory();
  git(top, 'init', '-q');
  writeFiles(top, files);
  git(top, 'add', '-A');
  git(top, 'commit', '-qm', 'first');
  return top;
}

describe('blobs', () => {
  it('are read in the order of asking, whatever is in them', async () => {
    const top = repository();
    const contents = [
      Buffer.alloc(0),
      Buffer.from('\n'),
      Buffer.from(`${'0'.repeat(40)} blob 3\nabc\n`),
      Buffer.alloc(300_000, 10),
      Buffer.from([0, 255]),
    ];
    const oids = contents.map((bytes, n) => {
      writeFileSync(join(top, `f${n}`), bytes);
      return git(top, 'hash-object', '-w', `f${n}`).trim();
    });
    const blobs = openBlobs(top);
    expect(await Promise.all([...oids, ...oids].map((oid) => blobs.read(oid)))).toEqual([...contents, ...contents]);
    blobs.close();
  });

  it('what is missing, a tree, or no name of an object is undefined, and the next one is answered', async () => {
    const top = repository();
    const blobs = openBlobs(top);
    const [tree = '', blob = ''] = git(top, 'rev-parse', 'HEAD:w', 'HEAD:w/a.md').split('\n');
    const asked = ['1'.repeat(40), tree, 'HEAD', '--help', `${blob}\n${blob}`, blob].map((oid) => blobs.read(oid));
    expect((await Promise.all(asked)).map((bytes) => bytes?.toString())).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'a\n',
    ]);
    blobs.close();
  });

  it('are those of the repository, whatever one a hook runs in', async () => {
    const [top, other] = [repository(), temporaryDirectory()];
    git(other, 'init', '-q');
    const blob = git(top, 'rev-parse', 'HEAD:w/a.md').trim();
    const blobs = openBlobs(top, { env: { ...process.env, GIT_DIR: join(other, '.git') } });
    expect((await blobs.read(blob))?.toString()).toBe('a\n');
    blobs.close();
  });

  it('without git, or after the end, reading fails', async () => {
    const top = repository();
    await expect(openBlobs(top, { env: { PATH: '/nowhere' } }).read('1'.repeat(40))).rejects.toMatchObject({ code: 'GIT_MISSING' });
    const outside = openBlobs(temporaryDirectory());
    await expect(outside.read('1'.repeat(40))).rejects.toThrow('ended before it answered');
  });
});

describe('revisions', () => {
  test.each([
    ['a..b', { from: 'a', to: 'b', symmetric: false }],
    ['a...b', { from: 'a', to: 'b', symmetric: true }],
    ['..b', { from: 'HEAD', to: 'b', symmetric: false }],
    ['a..', { from: 'a', to: 'HEAD', symmetric: false }],
    ['v1.0..v1.1', { from: 'v1.0', to: 'v1.1', symmetric: false }],
    ['--all..-x', { from: '--all', to: '-x', symmetric: false }],
    ['a', undefined],
    ['v1.0', undefined],
    ['a..b..c', undefined],
    ['a....b', undefined],
  ])('%s is %j', (text, range) => {
    expect(rangeOf(text)).toEqual(range);
  });

  it('a branch that looks like an option is not read as one', async () => {
    const top = repository();
    mkdirSync(join(top, 'w'), { recursive: true });
    const at = await repositoryAt(join(top, 'w'));
    git(top, 'update-ref', 'refs/heads/--all', 'HEAD');
    await expect(commitAt(at, '--all')).rejects.toMatchObject({ code: 'UNKNOWN_REVISION' });
    expect(await commitAt(at, 'refs/heads/--all')).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('files', () => {
  it('are those of the place and its directories; links and submodules are none', async () => {
    const top = repository({ 'w/a.md': 'a', 'w/archive/b.md': 'b', 'w/other/c.md': 'c', 'x.md': 'x', 'w/ä "q"\n.md': 'q' });
    symlinkSync('a.md', join(top, 'w/link.md'));
    git(top, 'add', '-A');
    git(top, 'commit', '-qm', 'link');
    const at = await repositoryAt(join(top, 'w'));
    const names = async (archive: string[]) => (await filesAt(at, await commitAt(at, 'HEAD'), archive)).map(({ file }) => file).sort();
    expect(await names(['archive'])).toEqual(['a.md', 'archive/b.md', 'ä "q"\n.md']);
    expect(await filesAt({ ...at, place: 'nowhere' }, await commitAt(at, 'HEAD'), [])).toEqual([]);
  });

  it('of each pair are told in the order of the pairs, those without a difference too', async () => {
    const top = repository();
    const at = await repositoryAt(join(top, 'w'));
    const first = await commitAt(at, 'HEAD');
    writeFiles(top, { 'w/a.md': 'b\n', 'elsewhere/a.md': '' });
    git(top, 'add', '-A');
    git(top, 'commit', '-qm', 'second\nwith a body');
    const second = await commitAt(at, 'HEAD');
    const found = await fileChanges(at, [
      { commit: second, parent: first },
      { commit: second, parent: second },
      { commit: first, parent: undefined },
    ]);
    expect(found.map((changes) => changes.map(({ file, before, after }) => [file, before !== undefined, after !== undefined]))).toEqual([
      [['a.md', true, true]],
      [],
      [['a.md', false, true]],
    ]);
  });

  it('somebody’s settings of git change nothing', async () => {
    const top = repository();
    for (const [name, value] of [
      ['log.showSignature', 'true'],
      ['log.follow', 'true'],
      ['log.decorate', 'full'],
      ['color.ui', 'always'],
      ['diff.noprefix', 'true'],
    ] as const) {
      git(top, 'config', name, value);
    }
    const at = await repositoryAt(join(top, 'w'));
    const head = await commitAt(at, 'HEAD');
    expect(await commitsTouching(at, head)).toEqual([
      { oid: head, parents: [], author: 'test', time: expect.any(String), subject: 'first' },
    ]);
  });
});
