// Runs the tests of what goes wrong in their long form, part by part, and prints what each of them did: `npm run test:faults`,
// one part with `-- --only kill`, an array of {part, passed, failed, seconds, figures} with `-- --json`. Ends with 1 if a test failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PARTS = {
  kill: [
    'test/faults/kill.test.ts',
    'test/store/files/faults.test.ts',
    'test/store/files/spool-crashes.test.ts',
    'test/store/files/after-merge.test.ts',
    'test/core/transfer/migrate-processes.test.ts',
    'test/git/sync-killed.test.ts',
  ],
  concurrency: [
    'test/faults/concurrency.test.ts',
    'test/many-processes.test.ts',
    'test/lease-processes.test.ts',
    'test/store/sqlite/processes.test.ts',
    'test/git/sync-processes.test.ts',
  ],
  locks: ['test/store/files/lock-soak.test.ts'],
  disk: ['test/faults/disk.test.ts', 'test/store/files/durable.test.ts'],
  model: ['test/faults/model.test.ts', 'test/store/random.test.ts', 'test/merge/git.test.ts'],
  parser: ['test/faults/parser.test.ts', 'test/inbox/properties.test.ts', 'test/inbox/pathological.test.ts'],
  watcher: ['test/faults/watcher.test.ts', 'test/cli/watch-sources.test.ts'],
  editor: ['test/faults/careless-editor.test.ts', 'test/store/files/careless.test.ts', 'test/store/files/by-hand.test.ts'],
  hostile: ['test/faults/hostile.test.ts', 'test/cli/watch-exec.test.ts'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
if (only !== undefined && !(only in PARTS)) {
  console.error(`There is no part ${only}. The parts are: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const directory = mkdtempSync(path.join(tmpdir(), 'comms-faults-'));
const rows = [];
for (const [part, files] of Object.entries(PARTS)) {
  if (only !== undefined && only !== part) continue;
  process.stderr.write(`faults: ${part}…\n`);
  rows.push(run(part, files));
}
rmSync(directory, { recursive: true, force: true });
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2));
else print();
process.exitCode = rows.every(({ failed }) => failed === 0) ? 0 : 1;

function run(part, files) {
  const report = path.join(directory, `${part}.json`);
  const figures = path.join(directory, `${part}.ndjson`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const began = performance.now();
  // What vitest prints goes to stderr: stdout is the table's.
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, '--no-file-parallelism', ...files], {
    cwd: root,
    env: { ...process.env, COMMS_TEST_LONG: '1', COMMS_TEST_FIGURES: figures },
    stdio: ['ignore', 2, 2],
  });
  return { part, ...counts(report, files, status), seconds: Math.round((performance.now() - began) / 1000), figures: sums(figures) };
}

/** A file that could not be loaded, or is not there, counts as a failure, which vitest does not do. */
function counts(report, files, status) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const empty = testResults.filter(({ assertionResults }) => assertionResults.length === 0).length;
  const failed = numFailedTests + empty + Math.max(0, files.length - testResults.length);
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

function sums(file) {
  const figures = {};
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  for (const line of lines) {
    const { name, value } = JSON.parse(line);
    figures[name] = (figures[name] ?? 0) + value;
  }
  return figures;
}

function print() {
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}\n`);
  console.log('| part | tests | seconds | what was done |\n| --- | --- | --- | --- |');
  for (const { part, passed, failed, seconds, figures } of rows) {
    const done = Object.entries(figures).map(([name, value]) => `${value.toLocaleString('en')} ${name}`);
    console.log(`| ${part} | ${passed} passed${failed ? `, ${failed} FAILED` : ''} | ${seconds} | ${done.join(', ')} |`);
  }
}
