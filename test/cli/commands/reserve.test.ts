import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { START, type TestWorkspace, testWorkspace } from './workspace.ts';

const MINUTE = 60_000;
let workspace: TestWorkspace;
let file: string;
beforeEach(() => {
  workspace = testWorkspace();
  file = join(workspace.root, 'reservations.json');
});

const iso = (ms: number) => new Date(ms).toISOString();

describe('comms reserve', () => {
  test('says what is reserved and until when, and writes a file to read', async () => {
    const { exit, out } = await workspace.comms('reserve src/login.ts "test/**" --as codex --task task-2');
    expect(exit).toBe(0);
    expect(out).toBe(
      'Reserved src/login.ts for task-2 until 2026-01-17T12:30:00Z (30m).\nReserved test/** for task-2 until 2026-01-17T12:30:00Z (30m).\n',
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      reservations: ['src/login.ts', 'test/**'].map((path) => ({
        agent: 'gpt',
        path,
        task: 'task-2',
        reserved_at: iso(START),
        expires_at: iso(START + 30 * MINUTE),
      })),
    });
    expect((await workspace.comms('reserve src/login.ts --as gpt --ttl 2h')).out).toBe(
      'Renewed src/login.ts for task-2 until 2026-01-17T14:00:00Z (2h).\n',
    );
    expect((await workspace.comms('reserve a b --as gpt -q')).out).toBe('a\nb\n');
  });

  test('what another agent holds is refused with 5, and nothing is written', async () => {
    await workspace.comms('reserve src --as gpt --task task-2');
    const before = readFileSync(file);
    const { exit, error } = await workspace.json('reserve docs src/login.ts --as claude');
    expect(exit).toBe(5);
    expect(error.code).toBe('RESERVED');
    expect(error.message).toBe(
      'src/login.ts is reserved by gpt (src) for "task-2" until 2026-01-17T12:30:00Z (30m); nothing was reserved.',
    );
    expect(error.hint).toContain('ask gpt');
    expect(error.details?.conflicts).toHaveLength(1);
    expect(readFileSync(file)).toEqual(before);
    expect((await workspace.comms('reserve docs --as claude')).exit).toBe(0);
  });

  test('several at once lose nothing of each other', async () => {
    const agents = ['claude', 'gpt', 'gemini'];
    await Promise.all(agents.map((agent) => workspace.comms(`reserve own/${agent} --as ${agent}`)));
    expect((await workspace.comms('reservations -q')).out.trim().split('\n').sort()).toEqual(['own/claude', 'own/gemini', 'own/gpt']);
    const codes = await Promise.all(agents.map(async (agent) => (await workspace.comms(`reserve src --as ${agent}`)).exit));
    expect(codes.sort()).toEqual([0, 5, 5]);
  });

  test('what ran out is free, and gone with the next write', async () => {
    await workspace.comms('reserve src --as gpt --ttl 1m');
    workspace.pass(MINUTE);
    expect((await workspace.comms('reservations')).out).toBe('');
    expect((await workspace.comms('reserve src --as claude')).exit).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).reservations).toHaveLength(1);
  });

  test.each([
    ['reserve src', 2, 'NO_IDENTITY'],
    ['reserve --as gpt', 2, 'USAGE'],
    ['reserve src --as nobody', 3, 'UNKNOWN_AGENT'],
    ['reserve ../x --as gpt', 7, 'UNSAFE_PATH'],
    ['reserve src --as gpt --ttl 0s', 2, 'USAGE'],
    ['reserve src --as gpt --ttl 8d', 2, 'USAGE'],
    ['reserve src --as gpt --task " "', 2, 'USAGE'],
    ['reserve {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b} --as gpt', 2, 'USAGE'],
  ])('%s ends with %d %s', async (line, exit, code) => {
    const answer = await workspace.json(line);
    expect({ exit: answer.exit, code: answer.error.code }).toEqual({ exit, code });
    expect(answer.error.hint).toBeTruthy();
    expect(existsSync(file)).toBe(false);
  });
});

describe('comms unreserve', () => {
  beforeEach(() => workspace.comms('reserve src/a.ts src/b.ts docs --as gpt'));

  test('gives back what is named, and says where there is nothing', async () => {
    const { exit, out, err } = await workspace.comms('unreserve src lib --as gpt');
    expect({ exit, out }).toEqual({ exit: 0, out: 'Gave back src/a.ts.\nGave back src/b.ts.\n' });
    expect(err).toBe('Nothing is reserved under lib.\n');
    expect((await workspace.comms('reservations -q')).out).toBe('docs\n');
  });

  test('gives all back, once', async () => {
    expect((await workspace.comms('unreserve --all --as gpt -q')).out).toBe('src/a.ts\nsrc/b.ts\ndocs\n');
    const again = await workspace.comms('unreserve --all --as gpt');
    expect(again).toEqual({ exit: 0, out: '', err: 'gpt has reserved nothing.\n' });
  });

  test("another agent's is given back by force only, by a person without a name, too", async () => {
    const refused = await workspace.json('unreserve docs --as claude');
    expect({ exit: refused.exit, code: refused.error.code }).toEqual({ exit: 5, code: 'RESERVED' });
    expect(refused.error.hint).toContain('--force');
    expect((await workspace.comms('unreserve docs --force')).out).toBe('Gave back docs of gpt.\n');
    expect((await workspace.comms('unreserve --all')).exit).toBe(2);
    expect((await workspace.comms('unreserve --all --force')).out.split('\n')).toHaveLength(3);
  });

  test.each([['unreserve --as gpt'], ['unreserve docs --all --as gpt']])('%s is a mistake', async (line) => {
    expect((await workspace.json(line)).error.code).toBe('USAGE');
  });
});

describe('comms reservations', () => {
  test('has an empty state', async () => {
    expect(await workspace.comms('reservations')).toEqual({
      exit: 0,
      out: '',
      err: 'Nothing is reserved; "comms reserve PATHS" reserves files.\n',
    });
    expect((await workspace.json('reservations')).data).toEqual({ reservations: [], meetings: [] });
    expect(existsSync(file)).toBe(false);
  });

  test('lists who holds what, for what, and for how long', async () => {
    await workspace.comms('reserve src --as gpt --task task-2');
    await workspace.comms('reserve "docs/*.md" --as claude --ttl 2h');
    workspace.pass(5 * MINUTE);
    expect((await workspace.comms('reservations')).out).toBe(
      'path       agent   task    left\nsrc        gpt     task-2  25m\ndocs/*.md  claude  -       1h 55m\n',
    );
    expect((await workspace.comms('reservations -q --as claude')).out).toBe('docs/*.md\n');
    expect((await workspace.comms('reservations -q src/x lib')).out).toBe('src\n');
    // Whoever asks wants to know of the others, too.
    expect((await workspace.comms('reservations -q', { env: { COMMS_AGENT: 'claude' } })).out).toBe('src\ndocs/*.md\n');
  });

  test('shows no escape sequence that somebody wrote', async () => {
    const entry = { agent: 'gpt', path: 'a\u001b[2Jb', task: '\u202e', reserved_at: iso(START), expires_at: iso(START + MINUTE) };
    writeFileSync(file, JSON.stringify({ reservations: [entry] }));
    for (const line of [
      'reservations',
      'reservations -q',
      'reservations --check a*',
      'unreserve --all --force',
      'reserve a* --as claude',
    ]) {
      const { out, err } = await workspace.comms(line);
      expect(out + err).not.toMatch(/[\u001b\u202e]/);
      if (line === 'unreserve --all --force') writeFileSync(file, JSON.stringify({ reservations: [entry] }));
    }
  });

  test.each([
    ['by others', 'src/a.ts --as claude', '', 5],
    ['by oneself', 'src/a.ts --as gpt', '', 0],
    ['by anybody, for who has no name', 'src/a.ts', '', 5],
    ['by nobody', 'lib --as claude', '', 0],
    ['NUL-separated', '- --as claude', 'lib/x\0src/a\nb\0', 5],
    ['newline-separated', '- --as claude', 'lib/x\nsrc/a.ts\n', 5],
    ['with CRLF', '- --as claude', 'lib/x\r\nsrc/a.ts\r\n', 5],
    ['names of stdin are no globs', '- --as claude', '**\0{src,x}\0', 0],
    ['nothing on stdin', '- --as claude', '', 0],
  ])('--check: %s', async (_, args, stdin, exit) => {
    await workspace.comms('reserve src --as gpt');
    const { exit: ended, out, err } = await workspace.comms(`reservations --check ${args}`, { stdin });
    expect(ended).toBe(exit);
    if (exit === 5) expect(out).toContain('is reserved by gpt (src) until 2026-01-17T12:30:00Z (30m).');
    else expect({ out, err }).toEqual({ out: '', err: 'Nothing of that is reserved by others.\n' });
  });

  test('--check says what it needs, and what git must not quote', async () => {
    expect((await workspace.json('reservations --check')).error).toMatchObject({ code: 'USAGE' });
    const { error } = await workspace.json('reservations --check -', { stdin: '"src/\\303\\251"\n' });
    expect(error).toMatchObject({ code: 'USAGE', hint: expect.stringContaining('-z') });
  });

  test('names on stdin that are none list nothing', async () => {
    await workspace.comms('reserve src --as gpt');
    expect((await workspace.comms('reservations -', { stdin: '' })).out).toBe('');
  });
});

describe('a reservations.json that cannot be read', () => {
  beforeEach(() => writeFileSync(file, '{\n  "reservations": [\n<<<<<<< HEAD\n'));

  test.each(['reserve src --as gpt', 'unreserve src --as gpt', 'unreserve --all --force', 'reservations', 'reservations src --check'])(
    'comms %s says so, and leaves it',
    async (line) => {
      const before = readFileSync(file);
      const { exit, error } = await workspace.json(line);
      expect({ exit, code: error.code }).toEqual({ exit: 6, code: 'INVALID_WORKSPACE' });
      expect(error.message).toContain('line 3');
      expect(error.hint).toContain('Mend it');
      expect(readFileSync(file)).toEqual(before);
    },
  );

  test.each(['doctor', 'validate', 'validate agent-comms/reservations.json'])('comms %s reports it', async (line) => {
    const { exit, data } = await workspace.json(line);
    expect(exit).toBe(6);
    expect(data).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ severity: 'error', code: 'INVALID_WORKSPACE', line: 3 })]),
    });
  });

  test('doctor reports what cannot even be opened', async () => {
    workspace = testWorkspace();
    mkdirSync(join(workspace.root, 'reservations.json'));
    const { data } = await workspace.json('doctor');
    expect(data).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ file: 'reservations.json', code: 'IO_ERROR' })]),
    });
    expect((await workspace.json('reservations')).ok).toBe(false);
  });

  test('doctor tells of agents that there are not, as long as they hold something', async () => {
    const entry = (agent: string, expires: string) => ({
      agent,
      path: `${agent}/x`,
      reserved_at: '2026-01-17T11:00:00Z',
      expires_at: expires,
    });
    const [later, before] = ['2026-01-17T12:30:00Z', '2026-01-17T11:30:00Z'];
    const reservations = [entry('mistral', later), entry('mistral', later), entry('codex', later), entry('gone', before)];
    writeFileSync(file, JSON.stringify({ reservations }));
    const { out } = await workspace.comms('doctor');
    expect(out.match(/reservations\.json.*/g)).toEqual(['reservations.json: warning UNKNOWN_AGENT there is no agent "mistral"']);
    expect(out).toContain('comms unreserve PATH --force');
    expect(await workspace.comms('unreserve mistral --force')).toMatchObject({ exit: 0 });
    expect((await workspace.comms('doctor')).out).not.toContain('reservations.json');
  });

  test('entries that reserve nothing are a warning', async () => {
    writeFileSync(file, '{"reservations": ["TODO"]}');
    expect((await workspace.comms('validate')).exit).toBe(0);
    const { data } = await workspace.json('doctor');
    expect(data).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ code: 'NOT_A_RESERVATION', severity: 'warning' })]),
    });
  });
});
