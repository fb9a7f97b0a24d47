// What only processes show: leases that are kept and lost, signals, deaths, several workers. Built by `npm test` before.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { comms, filesWorkspace, send } from './watch-harness.ts';
import { configure, isAlive, linesOf, messageOf, startWork } from './work-harness.ts';

const appears = (root: string, file: string) => vi.waitFor(() => expect(linesOf(root, file)).not.toEqual([]), { timeout: 10_000 });
const isGone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
const pidIn = (root: string, file: string) => Number(linesOf(root, file)[0]);

describe.skipIf(process.platform === 'win32')('work', { timeout: 40_000 }, () => {
  test('takes what comes while it runs, woken by it', async () => {
    const root = filesWorkspace();
    const { until, ids, child, exit } = startWork(root, ['--exec', 'true']);
    await until('ready');
    const id = await send(root, 'Comes');
    await until('completed');
    expect(ids('completed')).toEqual([id]);
    child.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
  });

  test('keeps the lease of a command that runs for longer than that', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Long');
    const [first, second] = [
      startWork(root, ['--lease', '600ms', '--drain', '--exec', 'sleep 2.5']),
      startWork(root, ['--lease', '600ms', '--timeout', '5s', '--exec', 'true']),
    ];
    expect(await first.exit).toEqual([0, null]);
    expect([...first.ids('completed'), ...second.ids('claimed')].filter((each) => each === id)).toHaveLength(1);
    expect((await messageOf(root, id)).delivery?.attempts).toBe(1);
  });

  test('two workers: never more than so many at once, and no message twice', async () => {
    const root = filesWorkspace();
    const sent = [];
    for (let n = 0; n < 16; n += 1) sent.push(await send(root, `Work ${n}`));
    const command = (name: string) => `echo "+ ${name} $COMMS_MESSAGE_ID" >> log; sleep 0.1; echo "- ${name} $COMMS_MESSAGE_ID" >> log`;
    const workers = ['a', 'b'].map((name) => startWork(root, ['--concurrency', '3', '--drain', '--exec', command(name)]));
    for (const { exit } of workers) expect(await exit).toEqual([0, null]);
    const log = linesOf(root, 'log').map((line) => line.split(' '));
    const begun = log.filter(([sign]) => sign === '+').map(([, , id]) => id);
    expect(begun.sort()).toEqual(sent.sort());
    const most: Record<string, number> = {};
    const running: Record<string, number> = {};
    for (const [sign, name = ''] of log) {
      running[name] = (running[name] ?? 0) + (sign === '+' ? 1 : -1);
      most[name] = Math.max(most[name] ?? 0, running[name]);
    }
    expect(most.a).toBeGreaterThan(1);
    expect(Math.max(...Object.values(most))).toBeLessThanOrEqual(3);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: what runs on beyond its grace is ended and given back with the attempt', async (signal, status) => {
    const root = filesWorkspace();
    const [id, waits] = [await send(root, 'Work'), await send(root, 'Waits')];
    const { child, exit, ids, until } = startWork(root, [
      '--grace',
      '300ms',
      '--exec',
      'trap "" TERM; sh -c "echo \\$\\$ > pid; exec sleep 60" | cat',
    ]);
    await until('claimed');
    await appears(root, 'pid');
    child.kill(signal);
    expect(await exit).toEqual([status, null]);
    expect(ids('released')).toEqual([id]);
    for (const each of [id, waits]) {
      const { status: left, delivery } = await messageOf(root, each);
      expect({ left, delivery }).toEqual({ left: 'PENDING', delivery: undefined });
    }
    await isGone(pidIn(root, 'pid'));
    const { out } = await comms(root, ['agents', 'show', 'gpt', '--json']);
    expect(JSON.parse(out).data.agent).toMatchObject({ status: 'idle', current_task: null });
  });

  test('a command that ends within the grace has done its work', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const { child, exit, until, err } = startWork(root, ['--exec', 'echo > begun; sleep 1; echo fine']);
    await until('claimed');
    await appears(root, 'begun');
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect(err.text()).toBe(`comms: warning: ${id} may go on for 10s; once more ends it now\n`);
    expect(await messageOf(root, id)).toMatchObject({ status: 'COMPLETED', delivery: { result: 'fine' } });
  });

  test('a second signal ends it at once, and the command with it', async () => {
    const root = filesWorkspace();
    await send(root, 'Work');
    const { child, exit, err } = startWork(root, ['--grace', '1h', '--exec', 'echo $$ > pid; sleep 60']);
    await appears(root, 'pid');
    child.kill('SIGINT');
    await err.until(() => err.text().includes('once more'));
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    await isGone(pidIn(root, 'pid'));
  });

  test('kill -9: the lease runs out, the message comes back, and the attempt has counted', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const first = startWork(root, ['--lease', '1s', '--exec', 'echo $$ > pid; sleep 60']);
    await appears(root, 'pid');
    const second = startWork(root, ['--lease', '1s', '--once', '--exec', 'echo again']);
    first.child.kill('SIGKILL');
    expect(await second.exit).toEqual([0, null]);
    expect(await messageOf(root, id)).toMatchObject({ status: 'COMPLETED', delivery: { attempts: 2, result: 'again' } });
    process.kill(-pidIn(root, 'pid'), 'SIGKILL');
  });

  test('a machine that stalled: the lease is lost, the command is ended, its result is not taken', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const { child, exit, ids, until } = startWork(root, ['--lease', '900ms', '--exec', 'echo $$ > pid; sleep 60; echo mine']);
    await appears(root, 'pid');
    await until('claimed');
    child.kill('SIGSTOP');
    await vi.waitFor(async () => expect((await messageOf(root, id)).status).toBe('PENDING'), { timeout: 5_000 });
    expect((await comms(root, ['claim', id, '--as', 'gpt', '--lease', '1h'])).exit).toBe(0);
    child.kill('SIGCONT');
    await until('lost');
    expect(ids('lost')).toEqual([id]);
    await isGone(pidIn(root, 'pid'));
    expect((await messageOf(root, id)).status).toBe('IN_PROGRESS');
    child.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
  });

  test('says in its heartbeats what it works on', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'Work');
    const { child, exit } = startWork(root, ['--grace', '0', '--exec', 'sleep 60']);
    const shown = async () => JSON.parse((await comms(root, ['agents', 'show', 'gpt', '--json'])).out).data.agent;
    await vi.waitFor(async () => expect(await shown()).toMatchObject({ status: 'working', current_task: id, presence: 'online' }), {
      timeout: 10_000,
    });
    child.kill('SIGTERM');
    await exit;
  });

  test('half-open: one message is tried, and where that is done the breaker closes', async () => {
    const root = filesWorkspace();
    configure(root, { breaker: { failures: 2, reset_after: '2s' }, limits: { max_attempts: 9 } });
    for (let n = 0; n < 4; n += 1) await send(root, `Work ${n}`);
    const command = 'test -e mended';
    const first = startWork(root, ['--drain', '--exec', command]);
    expect(await first.exit).toEqual([5, null]);
    const { until, lines, child, exit } = startWork(root, ['--exec', command]);
    await until('breaker');
    expect(lines().filter(({ event }) => event === 'claimed')).toEqual([]);
    // The first try fails, too.
    await until('breaker', 3);
    expect(lines().map(({ event, state }) => state ?? event)).toEqual(['ready', 'open', 'half-open', 'claimed', 'open']);
    writeFileSync(join(root, 'mended'), '');
    await until('completed', 4);
    expect(lines().flatMap(({ state }) => state ?? [])).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(linesOf(root, '.state/breakers.json')).toEqual(['{}']);
    child.kill('SIGTERM');
    await exit;
  });

  test('open, it says so once on stderr, and a signal ends it', async () => {
    const root = filesWorkspace();
    configure(root, { breaker: { failures: 1, reset_after: '1h' } });
    await send(root, 'Work');
    await send(root, 'Waits');
    const { child, exit, err, until } = startWork(root, ['--exec', 'exit 1']);
    await until('breaker');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect(err.text()).toBe('');
    const plain = await comms(root, ['work', '--as', 'gpt', '--once', '--exec', 'exit 1']);
    expect(plain.exit).toBe(5);
  });
});
