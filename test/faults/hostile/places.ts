import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comms } from '../../cli/harness.ts';
import { LONG } from '../../long.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { figure } from '../figure.ts';
import { type Jobs, startJobs } from './jobs.ts';

/** What comms reads and writes in a workspace. */
const FILES = [
  'config.json',
  'gpt-inbox.md',
  'status.json',
  'dead-letters.md',
  'held.md',
  'plan.json',
  'reservations.json',
  'channels.json',
  'schemas/own.type.schema.json',
  'archive/gpt-inbox-2026-01.md',
  'protocol.md',
  '.gitattributes',
  '.gitignore',
  '.state/journal.ndjson',
  '.state/checkpoint.json',
  '.state/traffic.ndjson',
  '.state/moved.json',
  '.state/breakers.json',
  '.state/buckets.json',
  '.state/heartbeats/gpt.json',
  '.state/replaced/gpt-inbox.md.0.9999999999999.1000001',
  '.state/autocommit/running',
  '.state/autocommit/wanted',
  '.state/autocommit/resting',
];
const DIRECTORIES = [
  'archive',
  'artifacts',
  'schemas',
  '.state',
  '.state/replaced',
  '.state/lock-records',
  '.state/spool',
  '.state/heartbeats',
  '.state/autocommit',
];

const COMMANDS = [
  ['send', '--from', 'claude', '--to', 'gpt', '--type', 'own.type', '--subject', 's', '--details', 'd', '--attach', '../outside.txt'],
  ['status'],
  ['validate'],
  ['doctor', '--fix'],
  ...(LONG
    ? [
        ['inbox', '--as', 'gpt'],
        ['heartbeat', '--as', 'gpt'],
        ['done', 'msg-001', '--as', 'gpt'],
        ['archive', '--rotate'],
        ['channel', 'subscribe', 'ops', '--as', 'gpt'],
        ['reserve', 'src/a', '--as', 'gpt'],
        ['phase', 'list'],
        ['task', 'list'],
        ['agents', 'add', 'newcomer'],
        ['init'],
        ['stats'],
        ['where'],
        ['work', '--as', 'gpt', '--drain', '--exec', 'false'],
        ['export', '../exported'],
      ]
    : []),
];

type Put = (path: string, outside: string) => void;

/** What stands in the place of a file. */
const INSTEAD: Record<string, Put> = {
  'a named pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to a file outside': (path, outside) => linkOut(path, outside),
  ...(LONG && {
    'a directory': (path: string) => mkdirSync(path),
    'a link to a pipe': (path: string, outside: string) => {
      execFileSync('mkfifo', [join(outside, 'pipe')]);
      symlinkSync(join(outside, 'pipe'), path);
    },
    'a device that never ends': (path: string) => symlinkSync('/dev/zero', path),
    'a link to nowhere': (path: string, outside: string) => symlinkSync(join(outside, 'none'), path),
    'a link to itself': (path: string) => symlinkSync(path, path),
  }),
};

/** What somebody puts where comms reads and writes is neither waited for nor followed out of the workspace. */
export function places(): void {
  describe.skipIf(process.platform === 'win32')('in the place of a file of the workspace', () => {
    let jobs: Jobs;
    let template: string;
    beforeAll(async () => {
      template = join(execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim(), 'agent-comms');
      jobs = await startJobs(dirname(template));
      const at = { cwd: dirname(template) };
      await comms(['init', '--agents', 'claude,gpt'], at);
      await comms(['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 's', '--details', 'd'], at);
      await comms(['heartbeat', '--as', 'gpt'], at);
      writeFileSync(
        join(template, 'config.json'),
        readFileSync(join(template, 'config.json'), 'utf8').replace('{', '{ "git": {"autocommit": false},'),
      );
    });
    afterAll(() => {
      jobs.end();
      rmSync(dirname(template), { recursive: true, force: true });
    });

    test.each(Object.entries(INSTEAD))('%s: every command comes back, and nothing outside is touched', async (kind, put) => {
      const wrong: string[] = [];
      for (const file of FILES) wrong.push(...(await tried(jobs, template, file, put)).map((what) => `${kind} for ${file}: ${what}`));
      expect(wrong).toEqual([]);
    });

    test('a link to a directory outside: nothing is made, changed or removed there', async () => {
      const wrong: string[] = [];
      for (const directory of DIRECTORIES) {
        const put: Put = (path, outside) => {
          writeFileSync(join(outside, 'owner-x'), 'x');
          writeFileSync(join(outside, 'old.md.1.1.1'), 'x');
          writeFileSync(join(outside, 'a.request'), 'x');
          symlinkSync(outside, path);
        };
        wrong.push(...(await tried(jobs, template, directory, put)).map((what) => `${directory}: ${what}`));
      }
      expect(wrong).toEqual([]);
    });
  });
}

function linkOut(path: string, outside: string): void {
  const target = join(outside, 'victim');
  if (existsSync(`${path}.was`)) renameSync(`${path}.was`, target);
  else writeFileSync(target, '{}\n');
  symlinkSync(target, path);
}

/** What went wrong with `put` in the place of a file. */
async function tried(jobs: Jobs, template: string, file: string, put: Put): Promise<string[]> {
  const top = temporaryDirectory();
  const outside = temporaryDirectory();
  const path = join(top, 'agent-comms', file);
  writeFileSync(join(top, '..', 'outside.txt'), 'attached\n');
  cpSync(template, join(top, 'agent-comms'), { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) renameSync(path, `${path}.was`);
  rmSync(path, { recursive: true, force: true });
  put(path, outside);
  rmSync(`${path}.was`, { force: true });
  const before = digest(outside);
  const wrong: string[] = [];
  for (const argv of COMMANDS) {
    const result = await jobs.run(top, argv);
    figure('commands with something in the place of a file', 1);
    if (result === undefined) wrong.push(`${argv[0]} did not come back`);
    else if (/This is a bug|The system refused: E(NOTDIR|ISDIR|LOOP)/.test(result.stderr))
      wrong.push(`${argv[0]}: ${result.stderr.slice(0, 200)}`);
    if (digest(outside) !== before) {
      wrong.push(`${argv[0]} changed what lies outside: ${readdirSync(outside)}`);
      break;
    }
  }
  rmSync(top, { recursive: true, force: true });
  return wrong;
}

/** Names, sizes and bytes of what is in a directory. */
function digest(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const stat = lstatSync(join(directory, name));
    hash.update(`${name} ${stat.mode} ${stat.isFile() ? readFileSync(join(directory, name), 'latin1') : ''}\n`);
  }
  return hash.digest('hex');
}
