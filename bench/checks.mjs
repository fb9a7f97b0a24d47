import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openComms } from '../dist/index.js';
import { median } from './samples.mjs';
import { ratioToEmpty } from './whole-process.mjs';
import { BODY } from './workspaces.mjs';

const AGENTS = { claude: {}, gpt: {}, gemini: {} };
const PERMISSIONS = {
  claude: { can_send_to: ['gpt', 'gemini'], can_broadcast: false, max_urgency: 'high', allowed_types: ['info', 'code_change'] },
};
const RATES = { sender: { messages: 1e9, per: '1s' }, pair: { messages: 1e9, per: '1s' } };
const PLAN = {
  version: '1.0',
  phases: [
    {
      id: 'build',
      name: 'Implementation',
      agents: ['claude', 'gpt'],
      parallel: true,
      status: 'active',
      started_at: '2026-01-17T12:00:00.000Z',
      communication_enabled: true,
      communication_rules: {
        allow_inter_agent: true,
        allow_broadcast: true,
        message_types: ['info', 'code_change'],
        max_messages_per_phase: 1e9,
      },
    },
  ],
  tasks: Array.from({ length: 50 }, (_, n) => ({
    id: `T${n}`,
    title: `Task ${n}`,
    owner: n % 2 ? 'claude' : 'gpt',
    phase: 'build',
    files: [`src/part-${n}/**`],
  })),
  decisions: [{ id: 'D1', decision: 'Passwords are hashed with bcrypt.', rejected: ['md5', 'sha1'] }],
};
const RESERVATIONS = {
  version: '1.0',
  reservations: Array.from({ length: 50 }, (_, n) => ({
    agent: 'gpt',
    path: `lib/part-${n}`,
    reserved_at: '2026-01-17T12:00:00.000Z',
    expires_at: '2096-01-17T12:00:00.000Z',
  })),
};
/** Put together when it is needed, so that no scanner takes this file for a leak. */
const EXAMPLE_SECRET = ['ghp', '_', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('');

/** What each check adds to a send, alone and together: in a process that sends many, then in one that starts for each. */
const CASES = {
  'no check': {},
  permissions: { config: { permissions: PERMISSIONS } },
  'phase rules': { plan: PLAN },
  'secrets, message scanned': { config: { communication: { mode: 'direct', allow_sensitive: true } }, secret: true },
  'rate limits': { config: { rate_limits: RATES } },
  'conflicts, 50 tasks and 50 reservations': { plan: PLAN, reservations: RESERVATIONS },
  'all of these': {
    config: { communication: { mode: 'direct', allow_sensitive: true }, permissions: PERMISSIONS, rate_limits: RATES },
    plan: PLAN,
    reservations: RESERVATIONS,
    secret: true,
  },
};
const ROUNDS = 30;
const EACH = 40;

export async function measureChecks() {
  const opened = await Promise.all(Object.entries(CASES).map(async ([name, given]) => ({ name, ...(await open(given)), samples: [] })));
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const one of opened) {
      const start = performance.now();
      for (let n = 0; n < EACH; n += 1) await one.comms.send(one.message, {});
      if (round >= 0) one.samples.push(((performance.now() - start) / EACH) * 1000);
    }
  }
  const [plain, ...others] = opened.map(({ name, samples }) => ({ name, us: median(samples) }));
  const rows = [
    { name: 'library, store in memory: a send without checks', value: plain.us, unit: 'µs' },
    ...others.map(({ name, us }) => ({ name: `${name} add`, value: us - plain.us, unit: 'µs' })),
  ];
  for (const one of opened) await one.close();
  return [...rows, ...wholeProcesses()];
}

function wholeProcesses() {
  return ['no check', 'secrets, message scanned', 'all of these'].map((name) => {
    const { root, message, remove } = write({ ...CASES[name], store: 'files' });
    const args = [
      'send',
      '--from',
      'claude',
      '--to',
      'gpt',
      '--type',
      message.type,
      '--subject',
      message.subject,
      '--details',
      message.details,
    ];
    const more = [
      ...(message.allowSensitive ? ['--allow-sensitive'] : []),
      ...(message.context ? ['--context', `files_changed=${message.context.files_changed[0]}`] : []),
    ];
    try {
      return {
        name: `comms send, ${name}, against an empty script`,
        value: ratioToEmpty(root, [...args, ...more]),
        unit: 'ratio',
        ...(name === 'no check' && { goal: 1.5 }),
      };
    } finally {
      remove();
    }
  });
}

async function open(given) {
  const { root, message, remove } = write({ ...given, store: 'memory' });
  const comms = await openComms({ workspace: root });
  return {
    comms,
    message,
    async close() {
      await comms.close();
      remove();
    },
  };
}

function write({ config = {}, plan, reservations, secret = false, store }) {
  const dir = mkdtempSync(path.join(tmpdir(), 'comms-bench-'));
  const root = path.join(dir, 'agent-comms');
  const put = (name, value) => value && writeFileSync(path.join(root, name), JSON.stringify(value, null, 2));
  mkdirSync(root);
  put('config.json', { version: '1.0', store, agents: AGENTS, ...config });
  put('plan.json', plan);
  put('reservations.json', reservations);
  const details = secret ? `${BODY} ${EXAMPLE_SECRET}` : BODY;
  const message = {
    from: 'claude',
    to: ['gpt'],
    type: 'CODE_CHANGE',
    subject: 'A change',
    details,
    context: { files_changed: ['src/part-1/index.ts'] },
    ...(secret && { allowSensitive: true }),
  };
  return { root, message, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
