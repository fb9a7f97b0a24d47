import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ALL_COMMANDS } from '../../src/cli/table.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { comms } from './harness.ts';

const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));

/** What bash offers for a line with the cursor at its end. */
async function offered(line: string, cwd: string): Promise<string[]> {
  const { stdout } = await comms(['completion', 'bash'], { cwd });
  const script = join(cwd, 'completion.bash');
  writeFileSync(script, `comms() { node '${BIN}' "$@"; }\n${stdout}`);
  const words = line.split(' ').map((word) => `'${word}'`);
  const call = `source '${script}'; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _comms; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['--norc', '-c', call], { cwd, encoding: 'utf8' });
  return printed.split('\n').filter((word) => word !== '');
}

describe.skipIf(process.platform === 'win32')('in bash', () => {
  it.each([
    ['comms templ', ['template']],
    ['comms ag', ['agents']],
    ['comms agents ', ['list', 'show', 'add', 'remove']],
    ['comms agents re', ['remove']],
    ['comms --json wher', ['where']],
    ['comms --workspace agents wher', ['where']],
    ['comms help templ', ['template']],
    ['comms completion ', ['bash', 'zsh', 'fish']],
    ['comms template BUG', ['BUG_REPORT']],
    ['comms init --dry', ['--dry-run']],
    ['comms init --store ', ['files', 'sqlite']],
    ['comms agents add --al', ['--alias']],
    ['comms inbox --as g', ['gpt']],
    ['comms agents remove ', ['claude', 'gpt']],
    ['comms send --channel gen', ['general']],
    ['comms group remove ', ['reviewers']],
    ['comms where nothing', []],
  ])('%j offers %j', async (line, words) => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    await comms(['group', 'add', 'reviewers', '--members', 'gpt'], { cwd });
    expect(await offered(line, cwd)).toEqual(words);
  });
});

it.each(['bash', 'zsh', 'fish'])('the script for %s knows every command', async (shell) => {
  const { stdout } = await comms(['completion', shell], { cwd: '/' });
  for (const { name } of ALL_COMMANDS) for (const word of name.split(' ')) expect(stdout).toContain(word);
  for (const list of ['agents list', 'group list', 'channel list']) expect(stdout).toContain(`comms ${list} --quiet`);
});
