import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment, HAS_BASH, NORMALISATIONS, normalised, ROOT, runInBash, tourOf } from './tour.ts';

/** The README is run word by word (see tour.ts). Then the library example runs in the same directory. */
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

let directory: string;
let outputs: string[];

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-readme-')));
  if (HAS_BASH)
    outputs = runInBash(
      tourOf(README).map(({ command }) => command),
      directory,
    );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(!HAS_BASH)('the tour', () => {
  test('is there', () => {
    expect(tourOf(README).length).toBeGreaterThanOrEqual(12);
  });

  test.each(tourOf(README).map((step, n) => ({ ...step, n })))('$command', ({ output, n }) => {
    expect(normalised(outputs[n] ?? '', directory)).toBe(normalised(output, directory));
  });
});

describe('the library example', () => {
  test.skipIf(!HAS_BASH)('prints what the README says, after the tour', () => {
    const [, code = '', expected = ''] = /^```js\n([\s\S]*?)^```\n\nIt prints:\n\n```text\n([\s\S]*?)^```$/m.exec(README) ?? [];
    expect(code).toContain("from 'agent-comms-cli'");
    mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
    symlinkSync(ROOT, path.join(directory, 'node_modules', 'agent-comms-cli'), 'junction');
    writeFileSync(path.join(directory, 'example.mjs'), code);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], {
      cwd: directory,
      env: environment(),
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: expected, stderr: '', status: 0 });
  });
});

describe('the rest', () => {
  test('names the two commands', () => {
    const commands = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
    expect(commands).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
  });

  test('every normalisation is used, so that none hides what it should not', () => {
    const shown = tourOf(README).map(({ output }) => output);
    for (const [what, pattern] of NORMALISATIONS) expect([what, shown.some((text) => text.search(pattern) !== -1)]).toEqual([what, true]);
  });
});
