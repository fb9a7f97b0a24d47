import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
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

describe.skipIf(process.platform === 'win32')('in bash, of a plan and its messages', () => {
  const PLAN = {
    phases: [{ id: 'build' }, { id: 'bad $(touch RUN)' }],
    tasks: [{ id: 'api' }, { id: '`>RUN`' }, { id: '$(>RUN)' }],
  };
  const CODE = ['--type', 'CODE_CHANGE', '--subject', 'S', '--details', 'D', '--context', 'files_changed=src/a.ts'];

  it.each([
    ['comms phase start ', ['build']],
    ['comms task done ', ['api']],
    ['comms reserve --task ', ['api']],
    ['comms held release ', ['msg-001']],
    ['comms held read ms', ['msg-001']],
    ['comms send --channel ', ['general']],
  ])('%j offers %j, and runs nothing that stands in a name', async (line, words) => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    const file = (name: string) => join(cwd, 'agent-comms', name);
    writeFileSync(file('plan.json'), JSON.stringify(PLAN));
    writeFileSync(file('channels.json'), JSON.stringify({ version: '1.0', channels: { '$(>RUN)': { gpt: '2026-01-17T12:00:00.000Z' } } }));
    const config = { version: '1.0', agents: { claude: {}, gpt: {} }, communication: {} };
    writeFileSync(file('config.json'), JSON.stringify(config));
    await comms(['reserve', 'src', '--as', 'gpt'], { cwd });
    await comms(['send', '--from', 'claude', '--to', 'gpt', ...CODE], { cwd });
    expect(await offered(line, cwd)).toEqual(words);
    expect(existsSync(join(cwd, 'RUN'))).toBe(false);
  });
});

it.each(['bash', 'zsh', 'fish'])('the script for %s knows every command', async (shell) => {
  const { stdout } = await comms(['completion', shell], { cwd: '/' });
  for (const { name } of ALL_COMMANDS) for (const word of name.split(' ')) expect(stdout).toContain(word);
  for (const list of ['agents list', 'group list', 'channel list', 'phase list', 'task list', 'held list'])
    expect(stdout).toContain(`comms ${list} --quiet`);
});
