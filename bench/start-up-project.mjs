import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openComms } from '../dist/index.js';
import { COMMS, infoMessage } from './workspaces.mjs';

const COUNT = 40;
const PHASE = { agents: ['claude', 'gpt'], parallel: true, status: 'planned', communication_enabled: true };
const PLAN = {
  version: '1.0',
  phases: Array.from({ length: 8 }, (_, n) => ({ id: `P${n}`, name: `Phase ${n}`, ...PHASE })),
  tasks: Array.from({ length: 8 }, (_, n) => ({ id: `T${n}`, title: `Task ${n}`, owner: 'gpt', phase: `P${n}`, files: [`src/${n}/**`] })),
};

/**
 * A project in use: a repository with a plan, a few hundred messages in a workspace, dead and held ones among them. The
 * functions give an id that none has been given yet of what is open, held or dead; a fresh path; a copy of a file, alone in a directory.
 */
export async function busyProject() {
  const place = mkdtempSync(path.join(tmpdir(), 'comms-bench-'));
  const dir = path.join(place, 'project');
  mkdirSync(dir);
  const git = (...args) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', ...args], { cwd: dir });
  git('init', '-q');
  git('init', '-q', '--bare', '../remote.git');
  git('remote', 'add', 'origin', '../remote.git');
  git('config', 'user.name', 'bench');
  git('config', 'user.email', 'bench@example.invalid');
  execFileSync(process.execPath, [COMMS, 'init', '--agents', 'claude,gpt,gemini', '--quiet'], { cwd: dir, stdio: 'ignore' });
  const root = path.join(dir, 'agent-comms');
  writeFileSync(
    path.join(root, 'config.json'),
    JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: {}, gemini: {} }, communication: { mode: 'mediated' } }, null, 2),
  );
  writeFileSync(path.join(root, 'plan.json'), JSON.stringify(PLAN, null, 2));
  const ids = await fill(dir);
  git('add', '-A');
  git('commit', '-q', '-m', 'A project in use');

  let paths = 0;
  const fresh = () => path.join(place, `fresh-${paths++}`);
  const next = (list) => () => list.shift() ?? raise();
  return {
    dir,
    fresh,
    copyOf(name) {
      const alone = fresh();
      mkdirSync(alone);
      copyFileSync(path.join(root, name), path.join(alone, name));
      return path.join(alone, name);
    },
    open: next(ids.open),
    held: next(ids.held),
    dead: next(ids.dead),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

async function fill(dir) {
  const comms = await openComms({ cwd: dir });
  const send = async (n, more = {}) => (await comms.send({ ...infoMessage(n), ...more })).message.id;
  const all = (count, more) => Promise.all(Array.from({ length: count }, (_, n) => send(n, more)));
  const open = await all(5 * COUNT);
  const dead = await all(COUNT);
  for (const id of dead) await comms.fail({ agent: 'gpt', id, error: 'No.', reject: true });
  await comms.reserve({ agent: 'gemini', paths: ['lib/held.ts'] });
  const held = await all(COUNT, { type: 'CODE_CHANGE', context: { files_changed: ['lib/held.ts'] } });
  await comms.close();
  return { open, dead, held };
}

function raise() {
  throw new Error('The project of the bench has too few messages.');
}
