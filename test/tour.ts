import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * The tours of README and docs, run word by word: each line of a ```console block that begins with "$ " goes to bash, all in
 * one session and one directory, and its stdout is compared with what stands below it. What differs from run to run is put
 * into the same words on both sides by `normalised`; nothing else is.
 */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Paths that bash and Node write alike. */
export const HAS_BASH = process.platform !== 'win32';

/** The directory in which the documents pretend to be. */
const SHOWN_DIRECTORY = '/home/you/project';

export type Normalisation = readonly [what: string, pattern: RegExp, stands: string];

/** Exactly these differ from run to run, and they alone: where, when, how long ago, how long it took, and random tokens. */
export const NORMALISATIONS: readonly Normalisation[] = [
  ['times', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  ['times of day', /^\d\d:\d\d:\d\d(?= )/gm, 'TIME'],
  ['how long something took', /\bafter \d+m?s\b/g, 'after MS'],
  ['ages', /\bjust now\b|\b\d+[smhd] ago\b/g, 'AGE'],
  ['what is left of a lease', /\(\d+[mh](?: \d+[sm])?\)/g, '(LEFT)'],
  ['uids and tokens', /\b[0-9a-f]{26}\b/g, 'TOKEN'],
  ['names of commits', /\b[0-9a-f]{10}\b/g, 'COMMIT'],
];

export interface Step {
  command: string;
  output: string;
}

/** The commands of a document with what is shown below each; a backslash or a here-document JSON continues a command. */
export function tourOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^(`{3,})console\n([\s\S]*?)^\1$/gm)].map(([, , body = '']) => body);
  return blocks.flatMap((body) => {
    const parts = body.split(/^\$ /m);
    expect(parts.shift()).toBe('');
    return parts.map((part) => {
      const [command = ''] = /^.*<<'JSON'.*\n[\s\S]*?^JSON\n/m.exec(part) ?? /^(?:.*\\\n)*.*\n/.exec(part) ?? [];
      return { command: command.trimEnd(), output: part.slice(command.length) };
    });
  });
}

/** Runs the lines in one bash in `directory`, as a terminal would, and expects that each ends well; returns the stdout of each. */
export function runInBash(commands: readonly string[], directory: string): string[] {
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
export function environment(bin?: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:COMMS_|GIT_|FORCE_COLOR$|NO_COLOR$|NODE_OPTIONS$)/.test(name));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(own),
    GIT_CONFIG_GLOBAL: path.join(ROOT, 'no-such-file'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return bin === undefined ? env : { ...env, PATH: `${bin}${path.delimiter}${env.PATH ?? ''}` };
}

/** What a command printed in `directory`, or what a document shows of it, without what differs from run to run. */
export function normalised(text: string, directory: string, normalisations = NORMALISATIONS): string {
  const placed = text.replaceAll(directory, SHOWN_DIRECTORY);
  return normalisations.reduce((now, [, pattern, stands]) => now.replace(pattern, stands), placed);
}
