import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommsError } from '../../../src/errors.ts';
import { appendDurably } from '../../../src/store/files/durable/append-durably.ts';
import { isPassingOnWindows, onWindowsAgain } from '../../../src/store/files/durable/on-windows-again.ts';
import { readStamped } from '../../../src/store/files/durable/read-stamped.ts';
import { ChangedMeanwhile, type Replacement, replaceFile } from '../../../src/store/files/durable/replace-file.ts';
import { carryOver, hasGrown } from '../../../src/store/files/durable/replaced.ts';
import { resolveInside } from '../../../src/store/files/durable/resolve-inside.ts';
import { isYoung } from '../../../src/store/files/durable/stamp.ts';
import { sweepTemps } from '../../../src/store/files/durable/sweep-temps.ts';
import { syncDirectory } from '../../../src/store/files/durable/sync-directory.ts';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';

let dir: string;
let file: string;
let stateDir: string;
beforeEach(() => {
  dir = fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), 'comms-durable-')));
  file = path.join(dir, 'gpt-inbox.md');
  stateDir = path.join(dir, '.state');
  fs.writeFileSync(file, 'old\n');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

type Calls = { [K in keyof FileSystem]?: unknown };
/** Several calls as one expression. */
const each = (...calls: (() => void)[]) => {
  for (const call of calls) call();
};
const withCalls = (calls: Calls) => ({ ...nodeFileSystem, ...calls }) as FileSystem;
const failingWith = (code: string) => () => {
  throw Object.assign(new Error(`${code}: simulated`), { code });
};
const errorOf = (call: () => unknown): CommsError | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    return error as CommsError;
  }
};
const read = (name = file) => readStamped(nodeFileSystem, name) ?? { bytes: Buffer.alloc(0), stamp: undefined };
const text = () => fs.readFileSync(file, 'utf8');
const temps = () => fs.readdirSync(dir).filter((name) => name.endsWith('.tmp'));
const agedFile = () => fs.utimesSync(file, new Date(2026, 1, 1, 1, 1, 1, 1), new Date(2026, 1, 1, 1, 1, 1, 1));

/** Replaces what is there by "new\n", as a caller that has just read it. */
function replace(using: FileSystem = nodeFileSystem, more: Partial<Replacement> = {}) {
  const { bytes, stamp } = read();
  return replaceFile(using, {
    path: file,
    bytes: [Buffer.from('ne'), Buffer.from('w\n')],
    expected: stamp,
    expectedBytes: bytes,
    keepReplacedIn: stateDir,
    ...more,
  });
}

describe('replaceFile', () => {
  test('puts the new bytes there, with the old permissions, and returns the new stamp', () => {
    fs.chmodSync(file, 0o666);
    const stamp = replace();
    expect(text()).toBe('new\n');
    expect(read().stamp).toEqual(stamp);
    expect(fs.statSync(file).mode & 0o777).toBe(0o666);
    expect(temps()).toEqual([]);
  });

  test('makes a file and its directory', () => {
    const inside = path.join(dir, 'archive', 'deeper', 'x.md');
    const stamp = replaceFile(nodeFileSystem, { path: inside, bytes: [Buffer.from('x')], expected: undefined });
    expect(read(inside)).toEqual({ bytes: Buffer.from('x'), stamp });
    expect(fs.readdirSync(path.dirname(inside))).toEqual(['x.md']);
  });

  test('checks the lock after everything that takes time, and does nothing when it is lost', () => {
    const lost = new Error('lost');
    const error = errorOf(() =>
      replace(nodeFileSystem, {
        beforeRename: () => {
          expect(temps()).toHaveLength(1);
          throw lost;
        },
      }),
    );
    expect(error).toBe(lost);
    expect([text(), temps()]).toEqual(['old\n', []]);
  });

  test('goes on writing where a write was short', () => {
    const oneByte = (fd: number, bytes: Buffer, offset: number) => fs.writeSync(fd, bytes, offset, 1);
    replace(withCalls({ writeSync: oneByte }));
    expect(text()).toBe('new\n');
  });

  const full = (() => {
    let calls = 0;
    return (fd: number, bytes: Buffer, offset: number) => (calls++ === 0 ? fs.writeSync(fd, bytes, offset, 1) : failingWith('ENOSPC')());
  })();
  const table: [string, Calls, CommsError['code']][] = [
    ['a short write, then none', { writeSync: () => 0 }, 'DISK_FULL'],
    ['a short write, then ENOSPC', { writeSync: full }, 'DISK_FULL'],
    ['write ENOSPC', { writeSync: failingWith('ENOSPC') }, 'DISK_FULL'],
    ['open EDQUOT', { openSync: failingWith('EDQUOT') }, 'DISK_FULL'],
    ['fsync EIO', { fsyncSync: failingWith('EIO') }, 'IO_ERROR'],
    ['close EIO', { closeSync: (fd: number) => each(() => fs.closeSync(fd), failingWith('EIO')) }, 'IO_ERROR'],
    ['open EACCES', { openSync: failingWith('EACCES') }, 'NOT_WRITABLE'],
    ['open EROFS', { openSync: failingWith('EROFS') }, 'NOT_WRITABLE'],
    ['rename EACCES', { renameSync: failingWith('EACCES') }, 'NOT_WRITABLE'],
    ['rename EPERM', { renameSync: failingWith('EPERM') }, 'NOT_WRITABLE'],
    ['rename EIO', { renameSync: failingWith('EIO') }, 'IO_ERROR'],
    ['open EMFILE', { openSync: failingWith('EMFILE') }, 'IO_ERROR'],
  ];
  test.each(table)('%s: the old file is whole, and nothing is left beside it', (_name, calls, code) => {
    agedFile();
    const error = errorOf(() => replace(withCalls(calls)));
    expect(error).toMatchObject({ code, message: expect.stringContaining(file), hint: expect.any(String) });
    expect([text(), temps(), carryOver(nodeFileSystem, stateDir)]).toEqual(['old\n', [], []]);
    expect(fs.existsSync(path.join(stateDir, 'replaced')) ? fs.readdirSync(path.join(stateDir, 'replaced')) : []).toEqual([]);
  });

  test('says that the file was replaced where only the fsync of the directory failed', () => {
    const fsyncSync = (fd: number) => (fs.fstatSync(fd).isDirectory() ? failingWith('EIO')() : fs.fsyncSync(fd));
    const error = errorOf(() => replace(withCalls({ fsyncSync })));
    expect(error).toMatchObject({ code: 'IO_ERROR', details: { replaced: true } });
    expect(text()).toBe('new\n');
  });

  test('works where directories have no fsync, and where files have no links', () => {
    const fsyncSync = (fd: number) => (fs.fstatSync(fd).isDirectory() ? failingWith('EINVAL')() : fs.fsyncSync(fd));
    const without = withCalls({ fsyncSync, linkSync: failingWith('EPERM') });
    replace(without);
    expect(text()).toBe('new\n');
    fs.rmSync(file);
    replaceFile(without, { path: file, bytes: [Buffer.from('x')], expected: undefined });
    expect([text(), temps()]).toEqual(['x', []]);
  });

  const changes: [string, () => void][] = [
    ['grew', () => fs.appendFileSync(file, 'more\n')],
    ['was cut', () => fs.truncateSync(file, 1)],
    ['was removed', () => fs.rmSync(file)],
    [
      'was saved by rename, with the same bytes',
      () =>
        each(
          () => fs.writeFileSync(`${file}~`, 'old\n'),
          () => fs.renameSync(`${file}~`, file),
        ),
    ],
    [
      'became a link',
      () =>
        each(
          () => fs.renameSync(file, `${file}~`),
          () => fs.symlinkSync(`${file}~`, file),
        ),
    ],
  ];
  describe.each(['while the temporary file is written', 'while the lock is looked at'])('%s', (when) => {
    test.each(changes)('the file %s: nothing is done', (_name, change) => {
      const early = when.startsWith('while the temp');
      const fsyncSync = (fd: number) => each(() => fs.fsyncSync(fd), change);
      const after = () => fs.readdirSync(dir).sort();
      const error = errorOf(() => replace(early ? withCalls({ fsyncSync }) : nodeFileSystem, early ? {} : { beforeRename: change }));
      expect(error).toBeInstanceOf(ChangedMeanwhile);
      expect(after().filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(fs.existsSync(file) ? text() : '').not.toBe('new\n');
    });
  });

  test('compares the bytes where the stamp is too young to tell', () => {
    const { bytes, stamp } = read();
    const stat = fs.statSync(file);
    fs.writeFileSync(file, 'odd\n');
    fs.utimesSync(file, stat.atime, stat.mtime);
    // As on a file system whose clock ticks every few ms: same inode, size and time, other bytes.
    const lstatSync = () => ({ ino: BigInt(stamp?.ino ?? 0), size: BigInt(stamp?.size ?? 0), mtimeNs: BigInt(stamp?.mtimeNs ?? 0) });
    const coarse = withCalls({ lstatSync });
    expect(errorOf(() => replace(coarse, { expected: stamp, expectedBytes: bytes }))).toBeInstanceOf(ChangedMeanwhile);
    expect(text()).toBe('odd\n');
  });

  test('does not write over a file that somebody made meanwhile', () => {
    const beforeRename = () => fs.writeFileSync(path.join(dir, 'new.md'), 'theirs');
    const error = errorOf(() =>
      replaceFile(nodeFileSystem, { path: path.join(dir, 'new.md'), bytes: [Buffer.from('x')], expected: undefined, beforeRename }),
    );
    expect(error).toBeInstanceOf(ChangedMeanwhile);
    expect(fs.readFileSync(path.join(dir, 'new.md'), 'utf8')).toBe('theirs');
    expect(temps()).toEqual([]);
  });

  test('starts again where the next holder of the lock swept its temporary file away', () => {
    const beforeRename = () => sweepTemps(nodeFileSystem, dir);
    expect(errorOf(() => replace(nodeFileSystem, { beforeRename }))).toBeInstanceOf(ChangedMeanwhile);
    expect(text()).toBe('old\n');
  });

  test('a tick of whole seconds keeps a file young for longer', () => {
    const second = 1_795_000_000_000_000_000n;
    const stamp = (mtimeNs: bigint) => ({ ino: '1', size: 1, mtimeNs: String(mtimeNs) });
    expect([isYoung(stamp(second), second + 2_000_000_000n), isYoung(stamp(second), second + 3_000_000_000n)]).toEqual([true, false]);
    expect([isYoung(stamp(second + 1n), second + 40_000_000n), isYoung(stamp(second + 1n), second + 60_000_000n)]).toEqual([true, false]);
  });
});

describe('Windows', () => {
  test('a rename that a scanner is in the way of is tried again', () => {
    let tries = 0;
    const call = () => (++tries < 3 ? failingWith('EPERM')() : 'done');
    expect(onWindowsAgain(call, 'win32')).toBe('done');
    expect(tries).toBe(3);
    expect(isPassingOnWindows(errorOf(failingWith('EPERM')), 'linux')).toBe(false);
    expect(isPassingOnWindows(errorOf(failingWith('ENOENT')), 'win32')).toBe(false);
  });

  test('directories are not synced', () => {
    expect(errorOf(() => syncDirectory(withCalls({ openSync: failingWith('EPERM') }), dir, 'win32'))).toBeUndefined();
  });
});

describe('what is appended to the old inode', () => {
  const tails = () =>
    carryOver(nodeFileSystem, stateDir).map(({ base, tail, settle }) => {
      settle();
      return [base, String(tail)];
    });

  test('is found, once, also when it goes on', () => {
    const late = fs.openSync(file, 'a');
    replace();
    expect([hasGrown(nodeFileSystem, stateDir), tails()]).toEqual([false, []]);
    fs.writeSync(late, 'late ');
    expect(hasGrown(nodeFileSystem, stateDir)).toBe(true);
    expect(tails()).toEqual([['gpt-inbox.md', 'late ']]);
    expect([hasGrown(nodeFileSystem, stateDir), tails()]).toEqual([false, []]);
    fs.writeSync(late, 'later\n');
    expect(tails()).toEqual([['gpt-inbox.md', 'later\n']]);
    fs.closeSync(late);
    expect(text()).toBe('new\n');
  });

  test('is found again by the next one, where its finder died before it was safe', () => {
    const late = fs.openSync(file, 'a');
    replace();
    fs.writeSync(late, 'late\n');
    fs.closeSync(late);
    carryOver(nodeFileSystem, stateDir);
    expect(tails()).toEqual([['gpt-inbox.md', 'late\n']]);
  });

  test('is found where it came between the look and the rename', () => {
    const renameSync = (from: string, to: string) =>
      each(
        () => fs.appendFileSync(file, 'late\n'),
        () => fs.renameSync(from, to),
      );
    replace(withCalls({ renameSync }));
    expect([text(), tails()]).toEqual(['new\n', [['gpt-inbox.md', 'late\n']]]);
  });

  test('is looked at before an old inode is let go', () => {
    const late = fs.openSync(file, 'a');
    replace();
    fs.writeSync(late, 'late\n');
    const inAMinute = Date.now() + 60_000;
    const found = carryOver(nodeFileSystem, stateDir, inAMinute);
    expect(found.map(({ tail }) => String(tail))).toEqual(['late\n']);
    for (const { settle } of found) settle();
    expect(fs.readdirSync(path.join(stateDir, 'replaced'))).toHaveLength(1);
    expect(carryOver(nodeFileSystem, stateDir, inAMinute + 60_000 + 1_000)).toEqual([]);
    expect(fs.readdirSync(path.join(stateDir, 'replaced'))).toEqual([]);
    fs.closeSync(late);
  });

  test('at most sixteen are kept, the newest', () => {
    for (let n = 0; n < 20; n++) replace(nodeFileSystem, { fsync: false });
    carryOver(nodeFileSystem, stateDir);
    expect(fs.readdirSync(path.join(stateDir, 'replaced')).length).toBeLessThanOrEqual(16);
  });
});

describe('readStamped', () => {
  test('there is none', () => expect(readStamped(nodeFileSystem, path.join(dir, 'no.md'))).toBeUndefined());

  test('reads again what changed while it was read', () => {
    let reads = 0;
    const readFileSync = (fd: number) => {
      if (++reads === 1) fs.appendFileSync(file, 'more\n');
      return fs.readFileSync(fd);
    };
    expect(String(readStamped(withCalls({ readFileSync }), file)?.bytes)).toBe('old\nmore\n');
    expect(reads).toBe(2);
  });

  test('gives up on one that never stands still, and closes it', () => {
    const open = new Set<number>();
    const openSync = (...args: [string, number]) => {
      const fd = fs.openSync(...args);
      open.add(fd);
      return fd;
    };
    const closeSync = (fd: number) =>
      each(
        () => open.delete(fd),
        () => fs.closeSync(fd),
      );
    const readFileSync = (fd: number) => {
      fs.appendFileSync(file, 'x');
      return fs.readFileSync(fd);
    };
    expect(errorOf(() => readStamped(withCalls({ openSync, closeSync, readFileSync }), file))).toMatchObject({ code: 'IO_ERROR' });
    expect(open.size).toBe(0);
  });

  test.each([
    ['EACCES', 'NOT_WRITABLE'],
    ['EIO', 'IO_ERROR'],
    ['ENXIO', 'INVALID_WORKSPACE'],
  ])('%s is %s', (errno, code) => {
    expect(errorOf(() => readStamped(withCalls({ openSync: failingWith(errno) }), file))).toMatchObject({ code, hint: expect.any(String) });
  });

  test.runIf(process.platform !== 'win32')('refuses a link, a directory and a pipe, and does not wait for one', () => {
    fs.symlinkSync(file, path.join(dir, 'link.md'));
    fs.mkdirSync(path.join(dir, 'directory.md'));
    execFileSync('mkfifo', [path.join(dir, 'pipe.md')]);
    const codes = ['link.md', 'directory.md', 'pipe.md'].map(
      (name) => errorOf(() => readStamped(nodeFileSystem, path.join(dir, name)))?.code,
    );
    expect(codes).toEqual(['UNSAFE_PATH', 'INVALID_WORKSPACE', 'INVALID_WORKSPACE']);
  });
});

describe('resolveInside', () => {
  const resolve = (name: string, root = dir) => resolveInside(nodeFileSystem, root, name);

  test('follows links that stay inside', () => {
    fs.mkdirSync(path.join(dir, 'archive'));
    fs.symlinkSync('../gpt-inbox.md', path.join(dir, 'archive', 'link.md'));
    expect(resolve('archive/link.md')).toBe(file);
    expect(resolve('gpt-inbox.md')).toBe(file);
  });

  test('names what is not there yet, also where the workspace is itself behind a link', () => {
    const link = `${dir}-link`;
    fs.symlinkSync(dir, link);
    expect(resolve('no-archive/deep/x.md', link)).toBe(path.join(dir, 'no-archive/deep/x.md'));
    expect(resolve('x.md', link)).toBe(path.join(dir, 'x.md'));
    fs.rmSync(link);
  });

  test('refuses what leads out', () => {
    fs.symlinkSync(tmpdir(), path.join(dir, 'archive'));
    fs.symlinkSync(path.join(tmpdir(), 'nowhere.md'), path.join(dir, 'dangling.md'));
    fs.symlinkSync('loop.md', path.join(dir, 'loop.md'));
    for (const name of [
      'archive/x.md',
      'archive',
      'dangling.md',
      'dangling.md/x',
      'loop.md',
      '../x.md',
      '.',
      path.join(tmpdir(), 'x.md'),
    ]) {
      expect([name, errorOf(() => resolve(name))?.code]).toEqual([name, 'UNSAFE_PATH']);
    }
  });

  test('a neighbour whose name begins alike is outside', () => {
    expect(errorOf(() => resolve(`../${path.basename(dir)}-x/y.md`))?.code).toBe('UNSAFE_PATH');
  });
});

describe('appendDurably', () => {
  const append = (line: string, using = nodeFileSystem) => appendDurably(using, file, Buffer.from(line), { fsync: true });

  test('appends, and makes file and directory', () => {
    append('one\n');
    expect(text()).toBe('old\none\n');
    const other = path.join(dir, 'a', 'b.ndjson');
    appendDurably(nodeFileSystem, other, Buffer.from('x\n'), { fsync: true });
    expect(fs.readFileSync(other, 'utf8')).toBe('x\n');
  });

  test('leaves a torn line alone', () => {
    fs.appendFileSync(file, '{"torn":');
    append('two\n');
    expect(text()).toBe('old\n{"torn":\ntwo\n');
  });

  test.each<[string, Calls, CommsError['code']]>([
    ['short', { writeSync: (fd: number, bytes: Buffer) => fs.writeSync(fd, bytes, 0, 2) }, 'DISK_FULL'],
    ['ENOSPC', { writeSync: failingWith('ENOSPC') }, 'DISK_FULL'],
    ['fsync EIO', { fsyncSync: failingWith('EIO') }, 'IO_ERROR'],
    ['EROFS', { openSync: failingWith('EROFS') }, 'NOT_WRITABLE'],
  ])('%s', (_name, calls, code) => {
    expect(errorOf(() => append('line\n', withCalls(calls)))).toMatchObject({ code, hint: expect.any(String) });
    append('next\n');
    expect(text().endsWith('\nnext\n')).toBe(true);
  });
});

test.skipIf(process.platform === 'win32')("appendDurably follows no link, which could lead to anybody's file", () => {
  const link = path.join(dir, 'journal.ndjson');
  fs.symlinkSync(file, link);
  expect(errorOf(() => appendDurably(nodeFileSystem, link, Buffer.from('x\n'), { fsync: true }))).toMatchObject({ code: 'UNSAFE_PATH' });
  expect(text()).toBe('old\n');
});

test('sweepTemps removes what a killed writer left, and nothing else', () => {
  const killed = withCalls({ renameSync: failingWith('EIO'), unlinkSync: failingWith('EIO') });
  errorOf(() => replace(killed, { keepReplacedIn: undefined }));
  expect(temps()).toHaveLength(1);
  const others = ['.mine.tmp', 'gpt-inbox.md.1.0123456789abcdef0123456789.tmp', '.hidden'];
  for (const name of others) fs.writeFileSync(path.join(dir, name), '');
  sweepTemps(nodeFileSystem, dir);
  sweepTemps(nodeFileSystem, path.join(dir, 'missing'));
  expect(fs.readdirSync(dir).sort()).toEqual([...others, 'gpt-inbox.md'].sort());
});

const tryMount = () => spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { encoding: 'utf8' });
const mounted = process.platform === 'linux' ? tryMount() : undefined;
const canMount = mounted?.status === 0;
if (!canMount) console.log(`no test on a full tmpfs: unshare -m mount: ${mounted?.error?.message ?? mounted?.stderr ?? process.platform}`);

test.runIf(canMount)('a disk that is really full: the old file is whole, and smaller ones still go', async () => {
  const script = path.join(dir, 'full.mjs');
  const source = `
    import fs from 'node:fs';
    import { replaceFile } from './src/store/files/durable/replace-file.ts';
    import { readStamped } from './src/store/files/durable/read-stamped.ts';
    const file = process.argv[2] + '/inbox.md';
    const write = (bytes) => {
      const old = readStamped(fs, file);
      try {
        replaceFile(fs, { path: file, bytes: [bytes], expected: old?.stamp, expectedBytes: old?.bytes });
        return 'written';
      } catch (error) {
        return error.code;
      }
    };
    const outcomes = [write(Buffer.alloc(20_000, 'a')), write(Buffer.alloc(60_000, 'b')), write(Buffer.alloc(30_000, 'c'))];
    console.log(JSON.stringify({ outcomes, size: fs.statSync(file).size, names: fs.readdirSync(process.argv[2]) }));
  `;
  await build({
    stdin: { contents: source, resolveDir: path.resolve(import.meta.dirname, '../../..') },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const disk = path.join(dir, 'disk');
  fs.mkdirSync(disk);
  const command = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" "$3" "$1"';
  const answer = execFileSync('unshare', ['-m', 'sh', '-c', command, 'sh', disk, process.execPath, script], { encoding: 'utf8' });
  expect(JSON.parse(answer)).toEqual({ outcomes: ['written', 'DISK_FULL', 'written'], size: 30_000, names: ['inbox.md'] });
});
