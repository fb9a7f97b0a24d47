// Breaks each guard in test/faults/guards.json on purpose, in a copy of the project, and sees a test fail: `npm run test:guards`,
// some of them with `-- --only WORD`. Ends with 1 where a test did not notice, or fails without anything being broken.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyProject } from './copy-project.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const guards = JSON.parse(readFileSync(path.join(root, 'test/faults/guards.json'), 'utf8'));
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const chosen = guards.filter(({ guard }) => guard.includes(only));
if (chosen.length === 0) {
  console.error(`No guard has "${only}" in its name. They are: ${guards.map(({ guard }) => guard).join('; ')}.`);
  process.exit(2);
}

const copy = mkdtempSync(path.join(tmpdir(), 'comms-guards-'));
try {
  copyProject(root, copy);
  for (const name of ['src/generated', 'dist']) cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  const rows = chosen.map((guard) => ({ ...guard, outcome: outcomeOf(guard) }));
  console.log('| broken on purpose | the test that fails | |\n| --- | --- | --- |');
  for (const { guard, test, title, outcome } of rows) console.log(`| ${guard} | \`${test}\`: "${title}" | ${outcome} |`);
  process.exitCode = rows.every(({ outcome }) => outcome === 'noticed') ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** What the test says with the guard broken; it has to pass with the guard whole, or its failure would say nothing. */
function outcomeOf({ guard, file, find, replace, test, title, bundle = false }) {
  process.stderr.write(`guards: ${guard}…\n`);
  const source = readFileSync(path.join(copy, file), 'utf8');
  if (source.split(find).length !== 2) return `NOT FOUND once in ${file}`;
  const whole = run(test, title);
  if (whole.failed > 0 || whole.passed === 0) return 'FAILS with the guard whole';
  try {
    writeFileSync(
      path.join(copy, file),
      source.replace(find, () => replace),
    );
    if (bundle && !bundled()) return 'CANNOT BE BUILT with the guard broken';
    return run(test, title).failed > 0 ? 'noticed' : 'NOT NOTICED';
  } finally {
    writeFileSync(path.join(copy, file), source);
    if (bundle) bundled();
  }
}

function run(test, title) {
  const report = path.join(copy, 'guards-report.json');
  rmSync(report, { force: true });
  const vitest = path.join(copy, 'node_modules', 'vitest', 'vitest.mjs');
  const pattern = title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('%s', '.*');
  spawnSync(process.execPath, [vitest, 'run', test, '-t', pattern, '--reporter=json', `--outputFile=${report}`], {
    cwd: copy,
    stdio: 'ignore',
  });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function bundled() {
  return spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: copy, stdio: 'ignore' }).status === 0;
}
