import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/table.ts';
import { temporaryDirectory, writeFiles } from '../workspace/temporary.ts';
import { comms } from './harness.ts';

const json = (text: string): unknown => JSON.parse(text);

describe('finding the command', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('prints the overview for %j', async (argv) => {
    const { exit, stdout, stderr } = await comms(argv, { cwd: '/' });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    for (const entries of Object.values(COMMANDS))
      for (const { name, summary } of entries) expect(stdout).toMatch(`${name} `.trim() && summary);
    expect(stdout).toContain('Examples:');
  });

  it.each([[['--version']], [['-V']], [['--json', '--version', 'send']]])('prints the version for %j', async (argv) => {
    const { exit, stdout } = await comms(argv, { cwd: '/' });
    expect(exit).toBe(0);
    expect(stdout).toContain('0.1.0');
  });

  it.each([
    [['send', '--help'], 'Usage: comms send'],
    [['help', 'send'], 'Usage: comms send'],
    [['--help', 'send'], 'Usage: comms send'],
    [['agents', 'add', '-h'], 'Usage: comms agents add'],
    [['help', 'agents', 'add'], 'Usage: comms agents add'],
    [['help', 'agents'], 'Usage: comms agents <command>'],
    [['agents', '--help'], 'Usage: comms agents <command>'],
  ])('explains with %j', async (argv, usage) => {
    const { exit, stdout } = await comms(argv, { cwd: '/' });
    expect(exit).toBe(0);
    expect(stdout).toContain(usage);
    expect(stdout).toContain('Examples:');
  });

  it.each([
    [['snd'], 'There is no command "snd".', 'Did you mean: comms send'],
    [['agents', 'ad'], 'There is no command "agents ad".', 'Did you mean: comms agents add'],
    [['agents', 'xyzzy'], 'There is no command "agents xyzzy".', 'Run: comms agents --help'],
    [['qqqqqqqq'], 'There is no command "qqqqqqqq".', 'Run: comms --help'],
  ])('says so for %j', async (argv, message, hint) => {
    expect(await comms(argv, { cwd: '/' })).toEqual({ exit: 2, stdout: '', stderr: `comms: ${message}\nhint: ${hint}\n` });
    const { stdout } = await comms([...argv, '--json'], { cwd: '/' });
    expect(json(stdout)).toMatchObject({ ok: false, error: { code: 'UNKNOWN_COMMAND', message, hint } });
  });

  it('takes global options before the command, too', async () => {
    const cwd = temporaryDirectory();
    await comms(['init', '--workspace', 'mail'], { cwd });
    const { stdout } = await comms(['--workspace', 'mail', '--json', 'agents', 'list'], { cwd });
    expect(json(stdout)).toMatchObject({ ok: true, data: { agents: [{ name: 'claude' }, { name: 'gpt' }] } });
    expect(await comms(['--jsn', 'where'], { cwd })).toMatchObject({ exit: 2, stderr: expect.stringContaining('Did you mean --json') });
  });
});

describe('wrong usage', () => {
  it.each([
    [['init', '--agnts', 'a'], '"--agnts" is not an option of comms init.', 'Did you mean --agents? Run: comms init --help'],
    [['init', '--agents'], 'The option --agents <names> needs a value.', 'Run: comms init --help'],
    [['template'], 'comms template needs <type>.', 'Run: comms template --help'],
    [['where', 'a'], 'comms where takes no arguments.', 'Quote what belongs together. Run: comms where --help'],
    [['schema', 'a', 'b'], 'comms schema takes only one argument.', 'Quote what belongs together. Run: comms schema --help'],
    [['init', '--store', 'flies'], '--store takes one of files, sqlite; "flies" is none.', 'Did you mean files? Run: comms init --help'],
    [['completion', 'tcsh'], '<shell> takes one of bash, zsh, fish; "tcsh" is none.', 'Run: comms completion --help'],
    [['inbox', '--limit', 'many'], '--limit takes a whole number, such as 10; "many" is none.', 'Run: comms inbox --help'],
    [['claim', '--lease', 'soon'], '--lease takes a duration, such as 30s, 10m, 2h or 7d; "soon" is none.', 'Run: comms claim --help'],
  ])('is said for %j, in text and JSON', async (argv, message, hint) => {
    const text = await comms(argv, { cwd: '/' });
    expect(text).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(`comms: ${message}\n`) });
    expect(text.stderr).toContain(`hint: ${hint}\n`);
    const inJson = await comms([...argv, '--json'], { cwd: '/' });
    if (argv.at(-1) === '--agents') return; // The value is then --json.
    expect(inJson).toMatchObject({ exit: 2, stderr: '' });
    expect(json(inJson.stdout)).toMatchObject({ ok: false, error: { code: 'USAGE', message } });
  });
});

describe('who acts', () => {
  it('is said by --as, else by COMMS_AGENT, by name or alias in any case', async () => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    await comms(['agents', 'add', 'gemini', '--alias', 'gem'], { cwd });
    const agent = async (argv: string[], env: NodeJS.ProcessEnv = {}) =>
      json((await comms(['where', '--json', ...argv], { cwd, env })).stdout);
    expect(await agent([])).toMatchObject({ data: { agent: null } });
    expect(await agent([], { COMMS_AGENT: 'GPT' })).toMatchObject({ data: { agent: 'gpt' } });
    expect(await agent(['--as', 'gem'], { COMMS_AGENT: 'gpt' })).toMatchObject({ data: { agent: 'gemini' } });
    expect(await agent(['--as', 'cluade'])).toMatchObject({ error: { code: 'UNKNOWN_AGENT', hint: expect.stringContaining('claude') } });
  });

  it('must be said', async () => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    const { exit, stderr } = await comms(['inbox'], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toBe('comms: Nobody said which agent acts.\nhint: Give --as NAME, or set COMMS_AGENT. Known: claude, gpt.\n');
  });
});

describe('what is printed', () => {
  it('is the same on a terminal and in a pipe, but for colour', async () => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    const strip = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '');
    const piped = await comms(['where'], { cwd });
    const terminal = await comms(['where'], { cwd, tty: true });
    expect(piped.stdout).not.toContain('\u001b');
    expect(terminal.stdout).toContain('\u001b[');
    expect(strip(terminal.stdout)).toBe(piped.stdout);
  });

  it.each<[string[], NodeJS.ProcessEnv, boolean, boolean]>([
    [[], {}, true, true],
    [[], {}, false, false],
    [[], { FORCE_COLOR: '1' }, false, true],
    [[], { FORCE_COLOR: '0' }, true, false],
    [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [[], { NO_COLOR: '' }, true, true],
    [[], { TERM: 'dumb' }, true, false],
    [['--no-color'], { FORCE_COLOR: '1' }, true, false],
    [['--json'], { FORCE_COLOR: '1' }, true, false],
  ])('has colour as asked for: %j %j, terminal %s: %s', async (argv, env, tty, colour) => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    expect((await comms(['where', ...argv], { cwd, env, tty })).stdout.includes('\u001b[')).toBe(colour);
    const failed = await comms(['snd', ...argv], { cwd, env, tty });
    expect(failed.stderr.includes('\u001b[')).toBe(colour);
  });

  it('has warnings on stderr, and in JSON as well', async () => {
    const cwd = temporaryDirectory();
    writeFiles(cwd, { 'agent-comms/a b-inbox.md': '', 'agent-comms/gpt-inbox.md': '', 'agent-comms/status.json': '{}' });
    const text = await comms(['where'], { cwd });
    expect(text.stderr).toMatch(/^comms: warning: a b-inbox\.md is not read/);
    const inJson = await comms(['where', '--json'], { cwd });
    expect(json(inJson.stdout)).toMatchObject({ ok: true, warnings: [expect.stringContaining('a b-inbox.md')] });
    expect((await comms(['where', '--quiet'], { cwd })).stderr).toBe('');
  });

  it('is the bare names with --quiet', async () => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    expect((await comms(['agents', 'list', '-q'], { cwd })).stdout).toBe('claude\ngpt\n');
    expect((await comms(['where', '--quiet'], { cwd })).stdout).toBe(`${cwd}/agent-comms\n`);
  });

  it('names the place of a bug with COMMS_DEBUG only', async () => {
    const cwd = '/there/is/no/such/directory';
    const plain = await comms(['where'], { cwd });
    expect(plain).toMatchObject({ exit: 1, stderr: expect.stringContaining('ENOENT') });
    expect(plain.stderr).not.toContain('    at ');
    expect((await comms(['where'], { cwd, env: { COMMS_DEBUG: '1' } })).stderr).toContain('    at ');
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGPIPE', 0],
  ])('%s ends with %d and no error', async (reason, exit) => {
    const cwd = temporaryDirectory();
    await comms(['init'], { cwd });
    const controller = new AbortController();
    controller.abort(reason);
    const watched = await comms(['watch', '--as', 'gpt'], { cwd, signal: controller.signal });
    expect(watched).toMatchObject({ exit, stderr: '' });
  });
});
