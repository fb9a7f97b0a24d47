import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openComms } from '../../../src/comms.ts';
import { EXIT_BY_CODE } from '../../../src/errors.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import { comms as runHere } from '../../cli/harness.ts';
import { leftOvers } from '../left-overs.ts';

/** Runs in a tmpfs of its own: node tmpfs-worker.mjs MOUNT OUTSIDE STORE BIN FREE…; each FREE is so many free pages, or, below 0, so many inodes less one. */
const [mount = '', outside = '', store = '', bin = '', ...frees] = process.argv.slice(2);
const project = path.join(mount, 'project');
const root = path.join(project, 'agent-comms');
const filler = path.join(mount, 'filler');
const PAGE = 4096;

interface Case {
  operation: string;
  args: string[];
  /** What comes before it, as commands. */
  before: string[][];
}

export interface Ran {
  operation: string;
  free: number;
  status: number | null;
  code: string | undefined;
  wrong: string[];
}

const sendTo = (to: string, ...more: string[]) => {
  const about = ['--type', 'QUERY', '--subject', 'Work', '--details', 'x'.repeat(3000), '--requires-response'];
  return ['send', '--from', 'claude', '--to', to, ...about, ...more];
};
const send = (...more: string[]) => sendTo('gpt', ...more);
const claim = ['claim', 'msg-001', '--as', 'gpt'];
const CASES: Case[] = [
  { operation: 'send to one', before: [send()], args: send() },
  { operation: 'send to three', before: [send()], args: sendTo('gpt,gemini,claude') },
  { operation: 'claim', before: [send()], args: claim },
  { operation: 'done', before: [send(), claim], args: ['done', 'msg-001', '--as', 'gpt', '--result', 'y'.repeat(3000)] },
  {
    operation: 'fail to dead letter',
    before: [send(), claim],
    args: ['fail', 'msg-001', '--as', 'gpt', '--error', 'It broke.', '--reject'],
  },
  { operation: 'archive with rotation', before: [send(), ['done', 'msg-001', '--as', 'gpt'], send()], args: ['archive', '--rotate'] },
  { operation: 'attach', before: [send()], args: send('--attach', path.join(outside, 'attached.txt')) },
  { operation: 'doctor --fix', before: [send()], args: ['doctor', '--fix'] },
];

mkdirSync(outside, { recursive: true });
writeFileSync(path.join(outside, 'attached.txt'), 'z'.repeat(10_000));
for (const one of CASES) {
  const template = path.join(outside, 'template');
  rmSync(template, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  await healthy(['init', '--agents', 'claude,gpt,gemini', '--store', store]);
  for (const args of one.before) await healthy(args);
  cpSync(project, template, { recursive: true });
  for (const free of frees.map(Number)) await say(one, free, template);
  rmSync(project, { recursive: true, force: true });
}
for (const free of frees.map(Number)) await init(free);

async function say({ operation, args }: Case, free: number, template: string): Promise<void> {
  rmSync(project, { recursive: true, force: true });
  cpSync(template, project, { recursive: true });
  await opened((comms) => comms.store.sweep());
  // A careless save, which doctor is to bring back.
  if (operation.startsWith('doctor') && store === 'files')
    writeFileSync(path.join(root, 'gpt-inbox.md'), '# Gpt Inbox\n\n## Active Messages\n');
  const wrong: string[] = [];
  const files = () => JSON.stringify(bytesOf(root));
  const [before, stateBefore] = [files(), await state()];
  fill(free);
  const { status, error } = comms(args);
  rmSync(filler, { recursive: true, force: true });
  if (status !== 0) wrong.push(...unclear(status, error));
  const isDone = status === 0 || error?.details?.unfinished === true || error?.details?.replaced === true;
  if (error?.details?.unfinished) await opened((open) => open.store.sweep());
  const changesNothing = operation.startsWith('doctor') && store === 'sqlite';
  if (isDone && !changesNothing && (await state()) === stateBefore) wrong.push('it is said to be done, and is not');
  if (!isDone && (await state()) !== stateBefore) wrong.push('it failed, and the state is another one');
  if (!isDone && store === 'files' && files() !== before) wrong.push('it failed, and a file is another one');
  if (!isDone) {
    const again = await healthy(args);
    if (again.status !== 0) wrong.push(`the next call ends with ${again.status}: ${JSON.stringify(again.error)}`);
  }
  const last = await healthy(send());
  if (last.status !== 0) wrong.push(`a later send ends with ${last.status}: ${JSON.stringify(last.error)}`);
  const problems = await opened((open) => open.check().then((checked) => checked.problems));
  wrong.push(...problems.map(({ code, message }) => `the check finds ${code}: ${message}`), ...leftOvers(root));
  print({ operation, free, status, code: error?.code, wrong });
}

/** What is half made of a workspace must not be in the way of the next try. */
async function init(free: number): Promise<void> {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  fill(free);
  const args = ['init', '--agents', 'claude,gpt,gemini', '--store', store];
  const { status, error } = comms(args);
  rmSync(filler, { recursive: true, force: true });
  const wrong = status === 0 ? [] : unclear(status, error);
  if (status !== 0) {
    const again = await healthy(args);
    if (again.status !== 0) wrong.push(`the next call ends with ${again.status}: ${JSON.stringify(again.error)}`);
  }
  if ((await healthy(send())).status !== 0) wrong.push('nothing can be sent after it');
  print({ operation: 'init', free, status, code: error?.code, wrong: [...wrong, ...leftOvers(root)] });
}

function unclear(status: number | null, error: Answer['error']): string[] {
  if (!error) return [`it ends with ${status} and no error`];
  if (!['DISK_FULL', 'IO_ERROR'].includes(error.code)) return [`it is called ${error.code}: ${error.message}`];
  if (EXIT_BY_CODE[error.code as keyof typeof EXIT_BY_CODE] !== status) return [`${error.code} ends with ${status}`];
  return error.message && error.hint ? [] : [`${error.code} has no message or no hint`];
}

interface Answer {
  error?: { code: string; message: string; hint?: string; details?: Record<string, unknown> };
}

/** The same in this process, where nothing is wrong and a start only costs. */
async function healthy(args: string[]): Promise<Answer & { status: number | null }> {
  const { exit, stdout } = await runHere([...args, '--json'], { cwd: project });
  return { status: exit, ...(JSON.parse(stdout) as Answer) };
}

function comms(args: string[]): Answer & { status: number | null } {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: path.join(outside, 'cache') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '--json'], { cwd: project, env, encoding: 'utf8' });
  try {
    return { status, ...(JSON.parse(stdout) as Answer) };
  } catch {
    return { status, error: { code: 'NO JSON', message: `${stdout}${stderr}` } };
  }
}

async function opened<T>(use: (comms: Awaited<ReturnType<typeof openComms>>) => Promise<T>): Promise<T> {
  const open = await openComms({ workspace: root });
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}

function state(): Promise<string> {
  return opened(async ({ store: port }) =>
    JSON.stringify((await port.list({ sections: EVERY_SECTION })).map((copy) => JSON.stringify(copy)).sort()),
  );
}

/** Of what git tracks, but for what was attached: the copy of a file is there before the message that names it. */
function bytesOf(directory: string): [string, string][] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
  return names
    .filter((name) => !/^(\.state|artifacts)/.test(name) || name.endsWith('.tmp'))
    .sort()
    .map((name) => [name, readFileSync(path.join(directory, name), 'latin1')]);
}

function fill(free: number): void {
  const { bavail, bsize, ffree } = statfsSync(mount);
  if (free >= 0) {
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - free * PAGE)));
    return;
  }
  mkdirSync(filler);
  for (let n = 1; n < ffree + free + 1; n++) writeFileSync(path.join(filler, String(n)), '');
}

function print(ran: Ran): void {
  console.log(JSON.stringify(ran));
}
