import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { ALL_COMMANDS } from '../../src/cli/table.ts';
import type { Draft } from '../../src/store/store.ts';
import { git, temporaryDirectory } from '../workspace/temporary.ts';
import { block, comms, filesWorkspace, send, startWatch } from './watch-harness.ts';

/** What every command prints with --json fits schemas/cli-output.schema.json, which is the contract of DESIGN §7. */

const SCHEMAS = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
for (const name of readdirSync(SCHEMAS).filter((file) => file.endsWith('.schema.json'))) {
  ajv.addSchema(JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8')));
}
const { $defs } = JSON.parse(readFileSync(new URL('cli-output.schema.json', SCHEMAS), 'utf8'));

const defOf = (command: string) => command.replaceAll(' ', '-');

function expectFits(definition: string, value: unknown): void {
  const validate = ajv.getSchema(`cli-output.schema.json#/$defs/${definition}`);
  if (!validate) throw new Error(`schemas/cli-output.schema.json has no $defs/${definition}`);
  validate(value);
  expect(validate.errors ?? [], JSON.stringify(value).slice(0, 500)).toEqual([]);
}

/** Members that no reader of the schema would know of. */
function undescribed(definition: string, data: object): string[] {
  const shared = /^#\/\$defs\/(\w+)$/.exec($defs[definition].$ref ?? '')?.[1];
  const { properties } = $defs[shared ?? definition];
  return properties === undefined ? [] : Object.keys(data).filter((key) => !(key in properties));
}

const AS = ['--as', 'gpt'];
const HELLO = ['--type', 'INFO', '--subject', 'Hello', '--details', 'x'];

/** What is run for each command; the first words are left out where they are the command's. `msg-001` waits for gpt. */
const RUNS: Record<string, (root: string) => string[][] | Promise<string[][]>> = {
  init: () => [[], ['--dry-run'], ['--workspace', 'other', '--agents', 'a,b']],
  where: () => [[], AS],
  'agents list': () => [[]],
  'agents show': async (root) => {
    await comms(root, ['heartbeat', ...AS, '--status', 'busy', '--task', 'x']);
    await dead(root, await send(root, 'To fail'));
    await comms(root, ['claim', '1', ...AS]);
    await send(root, 'Waits');
    return [['gpt'], ['claude']];
  },
  'agents add': () => [['mistral', '--description', 'New', '--alias', 'm']],
  'agents remove': () => [['gemini'], ['gpt', '--force']],
  'group list': (root) => grouped(root, []),
  'group add': () => [
    ['reviewers', '--members', 'gpt', '--description', 'x'],
    ['reviewers', '--members', 'gpt,gemini'],
  ],
  'group remove': (root) => grouped(root, ['reviewers', '--members', 'gpt'], ['reviewers']),
  'channel list': async (root) => {
    await comms(root, ['channel', 'subscribe', 'ops', ...AS]);
    return [[]];
  },
  'channel subscribe': () => [
    ['ops', ...AS],
    ['ops', ...AS],
  ],
  'channel unsubscribe': () => [
    ['general', ...AS],
    ['ops', ...AS],
  ],
  demo: () => [['--dir', 'demo']],
  send: () => [
    ['--from', 'claude', '--to', 'gpt,gemini', ...HELLO, '--idempotency-key', 'k'],
    ['--from', 'claude', '--to', 'gpt,gemini', ...HELLO, '--idempotency-key', 'k'],
    ['--from', 'claude', '--broadcast', ...HELLO, '--dry-run'],
  ],
  check: () => [
    ['--from', 'claude', '--to', 'gpt', ...HELLO],
    ['--from', 'claude', '--broadcast', ...HELLO],
  ],
  ask: (root) => {
    const answer = async () => {
      const { out } = await comms(root, ['wait', ...AS, '--type', 'QUERY', '--claim', '--timeout', '10s', '--json']);
      await comms(root, ['reply', JSON.parse(out).data.message.id, ...AS, '--details', 'y', '--done']);
    };
    void answer().then(answer);
    const asked = ['--from', 'claude', '--to', 'gpt', '--subject', 'Hello', '--details', 'x', '--timeout', '10s'];
    return [asked, [...asked, '--responses', '1'], [...asked, '--dry-run']];
  },
  reply: () => [['1', ...AS, '--details', 'x', '--done']],
  ack: () => [['1', ...AS]],
  template: () => [['BUG_REPORT'], ['own.type']],
  schema: () => [[], ['INFO'], ['config']],
  inbox: () => [[...AS, '--all']],
  read: () => [['1']],
  thread: (root) => {
    appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-050', { references: ['msg-001', 'msg-049'] })}`);
    return [['50'], ['1']];
  },
  track: async (root) => {
    await comms(root, ['ack', '1', ...AS]);
    await dead(root, await send(root, 'To fail'));
    await held(root);
    return [['1'], ['3'], ['4']];
  },
  sent: async (root) => {
    await dead(root, await send(root, 'To fail'));
    await held(root);
    return [['--as', 'claude']];
  },
  search: () => [['first'], ['nothing at all']],
  status: (root) => {
    appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-050', { expected_response_time: 5 })}`);
    return [[]];
  },
  claim: () => [[...AS, '--lease', '1m']],
  done: () => [['1', ...AS, '--result', 'x']],
  fail: (root) => claimed(root, ['1', ...AS, '--error', 'x']),
  release: (root) => claimed(root, ['1', ...AS]),
  extend: (root) => claimed(root, ['1', ...AS]),
  block: () => [['1', ...AS, '--reason', 'x']],
  unblock: async (root) => {
    await comms(root, ['block', '1', ...AS, '--reason', 'x']);
    return [['1', ...AS]];
  },
  heartbeat: () => [AS, [...AS, '--status', 'busy', '--task', 'x'], [...AS, '--no-task']],
  wait: () => [AS, [...AS, '--claim']],
  'held list': async (root) => {
    await held(root);
    return [[], ['--as', 'gpt']];
  },
  'held read': async (root) => {
    await held(root);
    return [['2']];
  },
  'held release': async (root) => {
    await held(root);
    return [['2', '--as', 'gemini', '--note', 'x']];
  },
  'held reject': async (root) => {
    await held(root);
    return [['2', '--reason', 'x']];
  },
  reserve: () => [
    ['src', ...AS, '--task', 'x'],
    ['src', ...AS],
  ],
  unreserve: async (root) => {
    await comms(root, ['reserve', 'src', ...AS]);
    return [
      ['src', 'test', ...AS],
      ['--all', ...AS],
    ];
  },
  reservations: async (root) => {
    await comms(root, ['reserve', 'src', 'test', ...AS, '--task', 'x']);
    return [[], ['src/a.ts', ...AS], ['src', '--check', ...AS]];
  },
  ready: async (root) => {
    const waits = ['--type', 'COORDINATION', '--context', 'coordination_type=blocker', '--context', 'action=x', '--context', 'impact=y'];
    await comms(root, [
      'send',
      '--from',
      'claude',
      '--to',
      'gpt',
      '--subject',
      'a',
      '--details',
      'x',
      ...waits,
      '--context-json',
      '{"requirements":["task-2"]}',
    ]);
    return [
      ['task-2', 'task-3', ...AS],
      ['task-2', ...AS],
    ];
  },
  'dead list': async (root) => {
    await dead(root, '1');
    return [[], ['--reason', 'expired']];
  },
  'dead read': async (root) => {
    await dead(root, '1');
    return [['1']];
  },
  'dead redrive': async (root) => {
    await dead(root, '1');
    return [['1'], ['--all']];
  },
  'dead purge': async (root) => {
    await dead(root, '1');
    return [['--all', '--dry-run'], ['1'], ['--all']];
  },
  archive: async (root) => {
    await comms(root, ['done', '1', ...AS]);
    return [['--rotate']];
  },
  replay: (root) => {
    appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-050', { type: 'QUESTION', content: {} })}`);
    const all = ['--all', '--to', 'gemini', '--as', 'claude'];
    return [[...all, '--dry-run'], all, all];
  },
  sweep: async (root) => {
    await send(root, 'Short', ['--ttl', '1ms']);
    await comms(root, ['done', '1', ...AS]);
    const all = ['--archive-older-than', '0s', '--purge-archive-older-than', '0s', '--purge-dead-older-than', '0s'];
    return [[...all, '--dry-run'], [], all];
  },
  validate: (root) => {
    appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-050', { subject: undefined, references: undefined })}`);
    return [[], ['gpt-inbox.md']];
  },
  doctor: (root) => {
    writeFileSync(join(root, 'gpt-inbox.md'), '# GPT Inbox\n');
    return [[], ['--fix']];
  },
  simulate: () => [['--agents', '2', '--messages', '1']],
  export: () => [['copy'], ['copy', '--force']],
  import: async (root) => {
    await comms(root, ['export', 'copy']);
    writeFileSync(
      join(root, 'copy', 'new-inbox.md'),
      `# New\n\n${block('msg-001', { recipient: 'new' })}\n\n${'```json\n{"id": "msg-060", \n```'}\n`,
    );
    return [
      ['copy', '--dry-run', '--add-agents', '--skip-broken'],
      ['copy', '--add-agents', '--skip-broken'],
    ];
  },
  overdue: async (root) => {
    appendFileSync(
      join(root, 'gpt-inbox.md'),
      `\n${block('msg-050', { type: 'QUERY', requires_response: true, expected_response_time: 5 })}`,
    );
    return [[], AS, ['--as', 'gemini']];
  },
  stats: async (root) => {
    await traffic(root);
    return [[], ['--since', '1ms'], AS];
  },
  report: async (root) => {
    await traffic(root);
    return [[], ['--html', 'report.html']];
  },
  migrate: () => [
    ['--to', 'files'],
    ['--to', 'sqlite'],
    ['--to', 'files'],
  ],
  completion: () => [['bash'], ['fish']],
  log: async (root) => {
    await committed(root);
    return [[], ['1'], ['--limit', '1'], ['--since', 'HEAD~1', ...AS]];
  },
  show: async (root) => {
    await committed(root);
    return [['1', '--at', 'HEAD~1'], ['1']];
  },
  diff: async (root) => {
    await committed(root);
    return [[], ['HEAD~1'], ['HEAD~1..HEAD']];
  },
  'phase list': (root) => planned(root, []),
  'phase start': (root) => planned(root, ['later']),
  'phase pause': (root) => planned(root, ['build']),
  'phase resume': (root) => planned(root, ['next']),
  'phase end': (root) => planned(root, ['next']),
  commit: (root) => inGit(root, ['--dry-run'], [], []),
  sync: (root) => inGit(root, [], []),
  'git guard': (root) => inGit(root, ['--install'], ['--remove'], []),
  'plan check': (root) => planned(root, []),
  'task list': (root) => planned(root, [], ['--owner', 'gpt']),
  'task done': (root) => planned(root, ['one', ...AS], ['one']),
  'git setup': (root) => versioned(root, [], ['--hooks'], ['--remove']),
  'git check': (root) => versioned(root, []),
  'git reconcile': async (root) => {
    appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-001', { subject: 'Another', uid: 'another' })}`);
    return [[], []];
  },
  'git merge-driver': (root) => {
    for (const name of ['base', 'ours', 'theirs']) writeFileSync(join(root, `${name}.json`), '{}');
    return [['status', 'base.json', 'ours.json', 'theirs.json']];
  },
  brief: (root) => {
    const reserved = { agent: 'claude', path: 'src/**', task: 'two', expires_at: '9999-01-17T12:00:00Z' };
    writeFileSync(join(root, 'reservations.json'), JSON.stringify({ reservations: [reserved] }));
    writeFileSync(join(root, 'task.json'), '{"subagent_type": "gemini", "prompt": "x"}');
    return planned(root, ['gpt'], ['--task', 'task.json']);
  },
};

function versioned(root: string, ...runs: string[][]): string[][] {
  git(root, 'init', '-q');
  return runs;
}

async function grouped(root: string, ...runs: string[][]): Promise<string[][]> {
  await comms(root, ['group', 'add', 'reviewers', '--members', 'gpt,gemini']);
  return runs;
}

async function claimed(root: string, argv: string[]): Promise<string[][]> {
  await comms(root, ['claim', '1', ...AS]);
  return [argv];
}

/** Two commits, with a block in the second that cannot be read, and something that is in none. */
async function committed(root: string): Promise<void> {
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'first');
  await comms(root, ['claim', '1', ...AS]);
  appendFileSync(join(root, 'gpt-inbox.md'), '\n### Message: msg-050\n\n```json\n{"id": "msg-050", \n```\n');
  git(root, 'commit', '-qam', 'second');
  await send(root, 'Not committed');
  appendFileSync(join(root, 'claude-inbox.md'), '\n### Message: msg-051\n\n```json\n{"id": "msg-051", \n```\n');
}

/** Holds a message from claude to gpt and gemini, as no command does by itself here. */
async function held(root: string): Promise<void> {
  const { openComms } = await import('../../src/comms.ts');
  const opened = await openComms({ workspace: root });
  const { message } = await opened.preview({ from: 'claude', to: ['gpt', 'gemini'], type: 'INFO', subject: 'Held', details: 'x' });
  const { id: _, recipient: __, ...draft } = message;
  await opened.store.deliver({ draft: draft as Draft, recipients: ['gpt', 'gemini'], hold: 'Why.' });
  await opened.close();
}

/** Something of everything that figures are taken of. */
async function traffic(root: string): Promise<void> {
  const asks = { type: 'QUERY', requires_response: true, expected_response_time: 5 };
  const blocks = Array.from({ length: 12 }, (_, n) => block(`msg-0${50 + n}`, asks));
  const answer = { type: 'RESPONSE', sender: 'gpt', recipient: 'claude', references: ['msg-050'], timestamp: '2026-01-17T12:01:00Z' };
  appendFileSync(join(root, 'gpt-inbox.md'), `\n${blocks.join('\n')}`);
  appendFileSync(join(root, 'claude-inbox.md'), `\n${block('msg-070', answer)}\n${block('msg-071', { ...asks, sender: 'gpt' })}`);
  await dead(root, '1');
}

async function dead(root: string, id: string): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await comms(root, ['claim', id, ...AS]);
    await comms(root, ['fail', id, ...AS, '--error', 'x']);
  }
}

let root: string;
beforeEach(async () => {
  root = filesWorkspace();
  await send(root, 'The first');
});

/** A plan of two phases; `build` is active, with a limit of its messages. */
function planned(root: string, ...runs: string[][]): string[][] {
  const rules = { max_messages_per_phase: 5, message_types: ['info'] };
  const plan = {
    phases: [
      { id: 'build', agents: ['claude', 'gpt'], status: 'active', started_at: '2026-01-17T12:00:00Z', communication_rules: rules },
      { id: 'next', agents: ['gpt'], status: 'paused', paused_at: '2026-01-17T12:00:00Z' },
      { id: 'later' },
    ],
    tasks: [
      { id: 'one', owner: 'gpt', phase: 'build', files: ['src/**'] },
      { id: 'two', owner: 'claude', depends_on: ['one'] },
    ],
  };
  writeFileSync(join(root, 'plan.json'), JSON.stringify(plan));
  return runs;
}

const STREAMS = ['watch', 'work'];
const PLAIN = ALL_COMMANDS.filter(({ name }) => !STREAMS.includes(name));

/** In a repository with a remote. */
function inGit(root: string, ...runs: string[][]): string[][] {
  const remote = temporaryDirectory();
  git(remote, 'init', '-q', '--bare');
  git(root, 'init', '-q');
  for (const [name, value] of [
    ['user.name', 'test'],
    ['user.email', 'test@example.org'],
    ['commit.gpgsign', 'false'],
  ] as const)
    git(root, 'config', name, value);
  git(root, 'remote', 'add', 'origin', remote);
  return runs;
}

describe.each(PLAIN)('$name', ({ name }) => {
  test('prints what the schema says', async () => {
    const runs = RUNS[name];
    if (!runs) throw new Error(`${name} has no example here: add one to RUNS, and its data to schemas/cli-output.schema.json`);
    for (const argv of await runs(root)) {
      const env = name === 'init' && argv.includes('--workspace') ? { COMMS_WORKSPACE: '' } : {};
      const cwd = argv.includes('other') ? temporaryDirectory() : root;
      const { exit, out, err } = await comms(cwd, [...name.split(' '), ...argv, '--json'], { env });
      expect([0, 6], `${name} ${argv.join(' ')}: ${out}${err}`).toContain(exit);
      const printed = JSON.parse(out);
      expectFits('ok', printed);
      expectFits(defOf(name), printed.data);
      expect(undescribed(defOf(name), printed.data)).toEqual([]);
    }
  });

  test('and so does a failure', async () => {
    const { exit, out } = await comms(root, [...name.split(' '), '--no-such-option', '--json']);
    expect(exit).toBe(2);
    expectFits('failed', JSON.parse(out));
  });
});

test('watch prints events, a line each', async () => {
  const watching = startWatch(root, ['--all', '--json']);
  await watching.ready();
  await send(root, 'Comes', ['--expected-response', '0.001s']);
  await watching.until(() => watching.text().includes('"event":"overdue"'));
  await comms(root, ['claim', '2', ...AS]);
  await watching.until(() => watching.of('status').length > 0);
  writeFileSync(join(root, 'gpt-inbox.md'), '# GPT Inbox\n');
  await watching.until(() => watching.of('removed').length === 2);
  watching.stop();
  await watching.exit;
  const kinds = new Set(watching.events().map(({ event }) => event));
  expect([...kinds].sort()).toEqual(['message', 'overdue', 'ready', 'removed', 'status', 'waiting']);
  for (const event of watching.events()) expectFits('watch', event);
  expectFits('watch', { event: 'error', agent: null, error: 'x', at: '2026-01-17T12:00:00Z' });
});

test('work prints events, a line each, and last why it failed', async () => {
  for (const subject of ['a', 'b', 'c', 'd', 'e']) await send(root, subject);
  const exec = 'case $COMMS_MESSAGE_ID in msg-001) ;; msg-002) exit 65;; msg-003) exit 75;; *) exit 1;; esac';
  const { out } = await comms(root, ['work', ...AS, '--drain', '--json', '--exec', exec]);
  const { out: refused } = await comms(root, ['work', ...AS, '--once', '--json', '--timeout', '1ms', '--exec', exec]);
  const lines = [...out.trim().split('\n'), ...refused.trim().split('\n')].map((line) => JSON.parse(line));
  const kinds = new Set(lines.map(({ event }) => event));
  expect([...kinds].sort()).toEqual(['claimed', 'completed', 'dead', 'failed', 'ready', 'released', undefined]);
  for (const line of lines) expectFits(line.event === undefined ? 'failed' : 'work', line);
  const at = '2026-01-17T12:00:00Z';
  expectFits('work', { event: 'breaker', agent: 'gpt', state: 'open', until: at, at });
});

test('the schema describes no command that there is not', () => {
  const commands = ALL_COMMANDS.map(({ name }) => defOf(name));
  const shared = [
    'ok',
    'failed',
    'message',
    'messageStatus',
    'section',
    'place',
    'places',
    'subscription',
    'problem',
    'copyOutcome',
    'delivery',
    'inboxAndId',
    'decidedMessage',
    'undecidedMessage',
    'oneMessage',
    'historyEvent',
    'copyState',
    'sentMessage',
    'messageList',
    'percentiles',
    'limitLevel',
    'agentSummary',
    'conflict',
    'verdict',
    'reservation',
    'change',
    'phaseSummary',
    'phaseChanged',
    'taskSummary',
    'counts',
    'responseTimes',
    'answered',
    'figures',
  ];
  expect(
    Object.keys($defs)
      .filter((name) => !shared.includes(name))
      .sort(),
  ).toEqual([...commands].sort());
});

test('the guard works: what does not fit is found', () => {
  expect(() => expectFits('read', { message: { id: 1 } })).toThrow();
  expect(() => expectFits('nothing', {})).toThrow('no $defs/nothing');
  expect(undescribed('send', { message: {}, extra: 1 })).toEqual(['extra']);
});
