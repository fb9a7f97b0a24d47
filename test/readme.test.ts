import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The README is run word by word: each line of the tour that begins with "$ " goes to bash, in one session and one
 * directory, and its stdout is compared with what the README shows below it. Then the library example runs in the same
 * directory. What differs from run to run is put into the same words on both sides by `normalised`; nothing else is.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** Paths that bash and Node write alike. */
const HAS_BASH = process.platform !== 'win32';

/** The directory in which the README pretends to be. */
const README_DIRECTORY = '/home/you/project';

/** Exactly these differ from run to run, and they alone: where, when, how long ago, how long it took, and random tokens. */
const NORMALISATIONS: readonly (readonly [what: string, pattern: RegExp, stands: string])[] = [
  ['times', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  ['times of day', /^\d\d:\d\d:\d\d(?= )/gm, 'TIME'],
  ['how long something took', /\bafter \d+m?s\b/g, 'after MS'],
  ['ages', /\bjust now\b|\b\d+[smhd] ago\b/g, 'AGE'],
  ['what is left of a lease', /\(\d+[mh](?: \d+[sm])?\)/g, '(LEFT)'],
  ['uids and tokens', /\b[0-9a-f]{26}\b/g, 'TOKEN'],
];

interface Step {
  command: string;
  output: string;
}

let directory: string;
let outputs: string[];

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-readme-')));
  if (HAS_BASH) outputs = runInBash(tourOf(README).map(({ command }) => command));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(!HAS_BASH)('the tour', () => {
  test('is there', () => {
    expect(tourOf(README).length).toBeGreaterThanOrEqual(12);
  });

  test.each(tourOf(README).map((step, n) => ({ ...step, n })))('$command', ({ output, n }) => {
    expect(normalised(outputs[n] ?? '')).toBe(normalised(output));
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

/** The commands of the ```console blocks with what is shown below each; a backslash at the end of a line continues it. */
function tourOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^(`{3,})console\n([\s\S]*?)^\1$/gm)].map(([, , body = '']) => body);
  return blocks.flatMap((body) => {
    const parts = body.split(/^\$ /m);
    expect(parts.shift()).toBe('');
    return parts.map((part) => {
      const [command = ''] = /^(?:.*\\\n)*.*\n/.exec(part) ?? [];
      return { command: command.trimEnd(), output: part.slice(command.length) };
    });
  });
}

/** Runs the lines in one bash, as a terminal would; returns the stdout of each. */
function runInBash(commands: readonly string[]): string[] {
  const bin = path.join(directory, '.bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'comms'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(ROOT, 'bin', 'comms.js')}" "$@"\n`);
  chmodSync(path.join(bin, 'comms'), 0o755);
  const mark = '=== end of command, exit ';
  const script = commands.map((command) => `${command}\nprintf '%s%s\\n' '${mark}' "$?"\n`).join('');
  const { stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-c', script], {
    cwd: directory,
    env: environment(bin),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const ends = [...stdout.matchAll(new RegExp(`${mark}(\\d+)\\n`, 'g'))].map(([, status]) => status);
  expect(ends).toEqual(commands.map(() => '0'));
  return stdout.split(new RegExp(`${mark}\\d+\\n`)).slice(0, -1);
}

/** Nothing of the machine's own settings may change what is printed. */
function environment(bin?: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:COMMS_|FORCE_COLOR$|NO_COLOR$|NODE_OPTIONS$)/.test(name));
  const env = Object.fromEntries(own);
  return bin === undefined ? env : { ...env, PATH: `${bin}${path.delimiter}${env.PATH ?? ''}` };
}

function normalised(text: string): string {
  const placed = text.replaceAll(directory, README_DIRECTORY);
  return NORMALISATIONS.reduce((now, [, pattern, stands]) => now.replace(pattern, stands), placed);
}
