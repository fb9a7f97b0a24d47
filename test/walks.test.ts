import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli } from '../src/cli/run.ts';
import type { Message } from '../src/message/message.ts';

/**
 * The use cases, usage examples and patterns of the droid communication protocol, as scripts in fixtures/walks. Each script
 * begins with the timeline that the protocol describes; `# T5` above a command is the minute at which it runs. Here the
 * commands run one by one, by a clock that stands at that minute, and the messages must give that very timeline.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WALKS = path.join(ROOT, 'fixtures', 'walks');
const scripts = readdirSync(WALKS).filter((name) => name.endsWith('.sh'));
const START = Date.parse('2026-01-17T12:00:00.000Z');
const MINUTE = 60_000;

interface Step {
  minute: number;
  argv: string[];
  stdin: string;
}

test('they are all there', () => {
  expect(scripts.map((name) => name.replace(/^(\D+\d).*/, '$1'))).toEqual([
    ...['example-1', 'example-2', 'example-3'],
    ...['pattern-1', 'pattern-2', 'pattern-3', 'pattern-4'],
    ...['use-case-1', 'use-case-2', 'use-case-3'],
  ]);
});

describe.each(scripts)('%s', (name) => {
  const script = readFileSync(path.join(WALKS, name), 'utf8');

  test('gives the timeline that it describes, and leaves nothing open, dead, held or overdue', async () => {
    const workspace = aWorkspace();
    for (const { minute, argv, stdin } of stepsOf(script)) {
      expect(await run(workspace, minute, argv, stdin)).toEqual({ argv, exit: 0, err: '' });
    }
    const messages = await everyMessage(workspace);
    expect(timelineOf(messages)).toEqual(describedIn(script));
    expect(messages.filter(({ status }) => status !== 'COMPLETED').map(({ id, recipient }) => `${id} of ${recipient}`)).toEqual([]);
    const asked = messages.filter(({ requires_response, metadata }) => requires_response && metadata?.phase_id !== undefined);
    expect(asked.map(({ expected_response_time }) => expected_response_time)).toEqual(asked.map(() => 15));
  });
});

test.skipIf(process.platform === 'win32')('a shell runs them, too', () => {
  const cwd = aWorkspace();
  const bin = path.join(cwd, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'comms'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(ROOT, 'bin', 'comms.js')}" "$@"\n`);
  chmodSync(path.join(bin, 'comms'), 0o755);
  const env = { PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const { status, stderr, stdout } = spawnSync('sh', ['-e', path.join(WALKS, 'example-3-performance.sh')], { cwd, env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Sent msg-003 to backend-architect (COORDINATION, medium).');
});

function aWorkspace(): string {
  const cwd = mkdtempSync(path.join(tmpdir(), 'comms-walk-'));
  mkdirSync(path.join(cwd, 'agent-comms'));
  for (const name of ['config.json', 'plan.json']) copyFileSync(path.join(WALKS, name), path.join(cwd, 'agent-comms', name));
  return cwd;
}

async function run(cwd: string, minute: number, argv: string[], stdin: string) {
  let err = '';
  const exit = await runCli(argv, {
    cwd,
    env: {},
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: { write: () => undefined },
    stderr: { write: (text) => (err += text) },
    now: () => START + minute * MINUTE,
  });
  return { argv, exit, err };
}

/** Each copy of every message. */
async function everyMessage(cwd: string): Promise<Message[]> {
  const { openComms } = await import('../src/comms.ts');
  const comms = await openComms({ cwd, env: {} });
  const copies = await comms.store.list({ sections: ['active', 'archived', 'dead', 'held'] });
  await comms.close();
  return copies.map(({ message }) => message);
}

function timelineOf(messages: readonly Message[]): string[] {
  const first = [...new Map(messages.map((message) => [message.id, message])).values()];
  return first
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp) || a.id.localeCompare(b.id))
    .map(({ id, timestamp, sender, content }) => {
      const recipients = messages.filter((message) => message.id === id).map(({ recipient }) => recipient);
      const to = recipients.length === 5 ? 'everybody' : recipients.sort().join(', ');
      return `T${(Date.parse(timestamp) - START) / MINUTE}  ${sender} → ${to}: "${content.details}"`;
    });
}

/** The lines of the timeline at the top of a script. */
function describedIn(script: string): string[] {
  return [...script.matchAll(/^# {3}(T\d+ {2}.*)$/gm)].map(([, line = '']) => line);
}

/** The commands of a script with their minute: quotes, lines that go on, and a here-document for stdin. */
function stepsOf(script: string): Step[] {
  const steps: Step[] = [];
  let minute = 0;
  const pattern = /^# T(\d+)\b.*$|^comms (?<line>(?:.*\\\n)*.*)(?:\n(?<stdin>[\s\S]*?)^JSON$)?/gm;
  for (const block of script.split(/\n(?=comms |# T\d)/)) {
    for (const match of block.matchAll(pattern)) {
      if (match[1] !== undefined) minute = Number(match[1]);
      const { line, stdin } = match.groups ?? {};
      if (line !== undefined)
        steps.push({ minute, argv: wordsOf(line.replace(/\s*<<'JSON'\s*$/, '')), stdin: line.includes('<<') ? (stdin ?? '') : '' });
    }
  }
  return steps;
}

function wordsOf(line: string): string[] {
  const words = line.replaceAll('\\\n', ' ').matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g);
  return [...words].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
