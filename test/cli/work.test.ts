// What becomes of a message, by what its command does. Real commands; the worker runs in this process.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createLineSplitter } from '../../src/cli/work/line-splitter.ts';
import { createTail } from '../../src/cli/work/tail.ts';
import { block, comms, filesWorkspace, send } from './watch-harness.ts';
import { BIN, configure, isAlive, linesOf, messageOf } from './work-harness.ts';

const work = (root: string, argv: string[]) => comms(root, ['work', '--as', 'gpt', ...argv]);
const OWN = `"${process.execPath}" "${BIN}"`;

describe.skipIf(process.platform === 'win32')('the exit status decides', () => {
  test.each([
    ['echo fine', 0, 'completed', { status: 'COMPLETED', delivery: { result: 'fine' } }],
    ['true', 0, 'completed', { status: 'COMPLETED' }],
    ['echo broken >&2; exit 3', 1, 'failed', { status: 'PENDING', delivery: { attempts: 1, last_error: 'exit status 3: broken' } }],
    ['kill -SEGV $$', 1, 'failed', { delivery: { last_error: 'ended by SIGSEGV' } }],
    ['./no-such-command', 1, 'failed', { delivery: { attempts: 1 } }],
    ['echo "no repro" >&2; exit 65', 1, 'dead', { delivery: { dead_reason: 'rejected', last_error: 'exit status 65: no repro' } }],
    ['exit 75', 1, 'released', { status: 'PENDING', not_before: expect.any(String) }],
  ])('%s', async (command, exit, event, left) => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const ran = await work(root, ['--once', '--json', '--exec', command]);
    expect(ran.exit).toBe(exit);
    const lines = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.event ?? line.error.code)).toEqual([
      'ready',
      'claimed',
      event,
      ...(exit === 0 ? [] : ['HANDLER_FAILED']),
    ]);
    expect(lines[2].message).toMatchObject(left);
    expect(await messageOf(root, id)).toEqual(lines[2].message);
  });

  test('75 gives the attempt back, and puts the message off for --retry-after', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const before = Date.now();
    await work(root, ['--drain', '--retry-after', '1h', '--exec', 'exit 75']);
    const { delivery, not_before } = await messageOf(root, id);
    expect(delivery).toBeUndefined();
    expect(Date.parse(not_before ?? '') - before).toBeGreaterThan(3_590_000);
  });

  test('the result is the end of what it printed', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    await work(root, ['--once', '--exec', 'head -c 300000 /dev/zero | tr "\\0" x; printf "the end\\n\\n"']);
    const result = (await messageOf(root, id)).delivery?.result ?? '';
    expect(result.length).toBeLessThanOrEqual(4096);
    expect(result).toMatch(/^…x+the end$/);
  });

  test.each([
    ['heeds SIGTERM', "sh -c 'echo $$ > pid; exec sleep 60' | cat"],
    ['does not', `trap "" TERM; sh -c 'trap "" TERM; echo $$ > pid; while :; do sleep 1; done' | cat`],
  ])('a command that runs for longer than its limit is ended with all that it started, whether it %s or not', async (_, command) => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    expect((await work(root, ['--once', '--time-limit', '500ms', '--exec', command])).exit).toBe(1);
    expect((await messageOf(root, id)).delivery?.last_error).toBe('ended after 500ms, its time limit');
    await vi.waitFor(() => expect(isAlive(Number(linesOf(root, 'pid')[0]))).toBe(false), { timeout: 5_000 });
  });

  test('what it leaves in the background does not hold up the end', async () => {
    const root = filesWorkspace();
    await send(root, 'Work');
    const start = performance.now();
    expect((await work(root, ['--once', '--exec', 'sleep 20 & echo done'])).exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe.skipIf(process.platform === 'win32')('a command that settles the message itself', () => {
  test.each([
    ['done', `${OWN} done "$COMMS_MESSAGE_ID" --token "$COMMS_LEASE_TOKEN" --result mine`, 'COMPLETED'],
    ['reply --done', `${OWN} reply "$COMMS_MESSAGE_ID" --details "Here you are." --done`, 'COMPLETED'],
    ['fail', `${OWN} fail "$COMMS_MESSAGE_ID" --error mine`, 'PENDING'],
    ['block', `${OWN} block "$COMMS_MESSAGE_ID" --reason mine`, 'BLOCKED'],
  ])('%s', async (_, command, status) => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const ran = await work(root, ['--once', '--json', '--exec', `${command} >&2 && echo not the result`]);
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain('"event":"settled"');
    const left = await messageOf(root, id);
    expect(left.status).toBe(status);
    expect(left.delivery?.result).not.toBe('not the result');
  });
});

describe.skipIf(process.platform === 'win32')('nothing of a message is run', () => {
  const EVIL = '$(touch pwned)`touch pwned`"; touch pwned; \'; touch pwned #\n& touch pwned & ';

  test('whatever its fields say', async () => {
    const root = filesWorkspace();
    configure(root, { limits: { max_attempts: 1 } });
    const fields = { id: EVIL, sender: EVIL, type: 'INFO', subject: EVIL, correlation_id: EVIL, references: [EVIL] };
    const content = { details: EVIL, context: { [EVIL]: EVIL }, attachments: [{ path: EVIL }] };
    writeFileSync(join(root, 'gpt-inbox.md'), `# Inbox\n\n## Active Messages\n\n${block('msg-evil', { ...fields, content })}`);
    const command = 'printf "%s|%s|%s\\n" "$COMMS_MESSAGE_ID" "$COMMS_MESSAGE_SENDER" "$COMMS_MESSAGE_TYPE" > seen; cat > body; sh -c true';
    const { exit, out } = await work(root, ['--once', '--exec', command]);
    expect(exit).toBe(0);
    expect(existsSync(join(root, 'pwned'))).toBe(false);
    expect(JSON.parse(linesOf(root, 'body').join('\n'))).toMatchObject({ subject: EVIL, content: { details: EVIL } });
    // One line for each field, in the output too.
    expect(linesOf(root, 'seen')).toHaveLength(1);
    expect(out).not.toContain(EVIL);
    expect(out).toContain(EVIL.replace('\n', '\\n'));
  });

  test('escape sequences, of a message or its command, do not reach the terminal', async () => {
    const root = filesWorkspace();
    await send(root, 'Red \u001b[31m');
    const { out } = await work(root, ['--once', '--exec', 'printf "\\033[2Jresult"']);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('\\x1b[2Jresult');
  });
});

describe('which messages, and until when', () => {
  test('--drain takes what is waiting, the most urgent first, and ends; its groups too', async () => {
    const root = filesWorkspace();
    configure(root, { groups: { reviewers: { members: ['gpt'] } } });
    const low = await send(root, 'Low', ['--priority', 'low']);
    const high = await send(root, 'High', ['--priority', 'high']);
    const { exit: sent, out: group } = await comms(root, [
      'send',
      '--from',
      'claude',
      '--group',
      'reviewers',
      '--type',
      'INFO',
      '--subject',
      'x',
      '--details',
      'x',
      '-q',
    ]);
    expect(sent).toBe(0);
    const { exit, out } = await work(root, ['--drain', '--quiet', '--exec', 'exit 0']);
    expect(exit).toBe(0);
    expect(out.trim().split('\n')).toEqual([high, group.trim(), low]);
  });

  test('only what passes the filters', async () => {
    const root = filesWorkspace();
    const mine = await send(root, 'Mine', ['--priority', 'high']);
    const other = await send(root, 'Other');
    await work(root, ['--drain', '--priority', 'high', '--type', 'INFO', '--sender', 'claude', '--text', 'min', '--exec', 'exit 0']);
    expect([(await messageOf(root, mine)).status, (await messageOf(root, other)).status]).toEqual(['COMPLETED', 'PENDING']);
  });

  test.each([
    [['--once', '--drain'], 4, 'NOTHING_TO_CLAIM'],
    [['--once', '--timeout', '50ms'], 4, 'TIMEOUT'],
    [['--timeout', '50ms'], 4, 'TIMEOUT'],
    [['--drain'], 0, undefined],
    [['--concurrency', '0'], 2, 'USAGE'],
    [['--lease', '0'], 2, 'USAGE'],
  ])('nothing waits: %j', async (argv, exit, code) => {
    const ran = await work(filesWorkspace(), [...argv, '--json', '--exec', 'exit 0']);
    expect(ran.exit).toBe(exit);
    const last = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '');
    expect(last.error?.code).toBe(code);
    // Nobody is told of a worker that never began.
    if (code === 'USAGE') expect(ran.out.trim().split('\n')).toHaveLength(1);
  });

  test('--timeout counts from when the last one was done', async () => {
    const root = filesWorkspace();
    await send(root, 'First');
    const second = new Promise<string>((resolve) => setTimeout(() => resolve(send(root, 'Second')), 600));
    const { exit, out } = await work(root, ['--timeout', '1500ms', '--quiet', '--exec', 'exit 0']);
    expect(exit).toBe(0);
    expect(out.trim().split('\n')).toEqual(['msg-001', await second]);
  });
});

describe('the breaker', () => {
  const broken = async (root: string, messages = 5) => {
    for (let n = 0; n < messages; n += 1) await send(root, `Work ${n}`);
    return work(root, ['--drain', '--json', '--exec', 'exit 1']);
  };

  test('opens after five failures in a row; then nothing is claimed, and it says until when', async () => {
    const root = filesWorkspace();
    const { exit, out } = await broken(root, 7);
    expect(exit).toBe(5);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => event === 'claimed')).toHaveLength(5);
    expect(lines.filter(({ event }) => event === 'breaker')).toMatchObject([{ state: 'open', until: expect.any(String) }]);
    expect(lines.at(-1)).toMatchObject({ error: { code: 'CIRCUIT_OPEN', details: { retry_at: expect.any(String) } } });
    for (const id of ['msg-006', 'msg-007']) expect((await messageOf(root, id)).delivery).toBeUndefined();
  });

  test('survives a restart; --once is refused at once; another command is not held up', async () => {
    const root = filesWorkspace();
    await broken(root);
    const { exit, err } = await work(root, ['--once', '--exec', 'exit 1']);
    expect(exit).toBe(5);
    expect(err).toMatch(/nothing is claimed for gpt until 20/);
    await send(root, 'More');
    expect((await work(root, ['--once', '--exec', 'exit 0'])).exit).toBe(0);
  });

  test('a rejection is no failure, and neither is what is put off', async () => {
    const root = filesWorkspace();
    for (let n = 0; n < 12; n += 1) await send(root, `Work ${n}`);
    const command = 'case $COMMS_MESSAGE_ID in msg-00[1-4]|msg-00[6-9]) exit 1;; msg-005) exit 65;; msg-010) exit 75;; *) exit 0;; esac';
    expect((await work(root, ['--drain', '--exec', command])).exit).toBe(0);
  });

  test('0 failures in config.json: none', async () => {
    const root = filesWorkspace();
    configure(root, { breaker: { failures: 0 } });
    expect((await broken(root, 7)).exit).toBe(0);
    expect(existsSync(join(root, '.state', 'breakers.json'))).toBe(false);
  });

  test.each(['{ "gpt', '[]', '{"gpt:x": 3}', ''])('a file that cannot be read as one counts as closed: %j', async (text) => {
    const root = filesWorkspace();
    mkdirSync(join(root, '.state'), { recursive: true });
    writeFileSync(join(root, '.state', 'breakers.json'), text);
    expect((await broken(root)).exit).toBe(0);
    expect((await work(root, ['--once', '--exec', 'exit 1'])).exit).toBe(5);
  });
});

describe('what is kept of a stream', () => {
  test.each([
    ['', '', 8],
    [' ab ', 'ab', 8],
    ['0123456789', '…23456789', 8],
    ['äöüäöü', '…öüäöü', 11],
  ])('of %j the end: %j', (text, kept, max) => {
    for (const size of [1, 3, 100]) {
      const tail = createTail(max);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) tail.add(bytes.subarray(at, at + size));
      expect(tail.text()).toBe(kept);
    }
  });

  test('lines, however they come', () => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    for (const byte of Buffer.from('äb\r\nc\n\nd')) splitter.add(Buffer.from([byte]));
    splitter.end();
    expect(lines).toEqual(['äb', 'c', '', 'd']);
    splitter.add(Buffer.from('x'.repeat(10_000)));
    splitter.end();
    expect(lines.slice(4).map((line) => line.length)).toEqual([4096, 4096, 1808]);
  });
});
