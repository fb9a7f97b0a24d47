import { describe, expect, test } from 'vitest';
import { comms, filesWorkspace, send, startWatch } from './watch-harness.ts';

describe('what is printed', () => {
  test('with --json: what waits, ready, then arrivals, changes and removals', async () => {
    const root = filesWorkspace();
    const first = await send(root, 'Waits');
    const watching = startWatch(root);
    await watching.ready();
    const second = await send(root, 'Comes');
    await watching.until(() => watching.of('message').length === 1);
    await comms(root, ['claim', second, '--as', 'gpt']);
    await watching.until(() => watching.of('status').length === 1);
    watching.stop('SIGINT');
    expect(await watching.exit).toBe(130);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(watching.events()).toEqual([
      { event: 'waiting', agent: 'gpt', section: 'active', at, message: expect.objectContaining({ id: first, subject: 'Waits' }) },
      { event: 'ready', agent: 'gpt', at },
      { event: 'message', agent: 'gpt', section: 'active', at, message: expect.objectContaining({ id: second, status: 'PENDING' }) },
      {
        event: 'status',
        agent: 'gpt',
        section: 'active',
        previous_status: 'PENDING',
        at,
        message: expect.objectContaining({ id: second, status: 'IN_PROGRESS' }),
      },
    ]);
    expect(watching.err.text()).toBe('');
  });

  test('for people, with everything untrusted made visible', async () => {
    const root = filesWorkspace();
    const watching = startWatch(root, ['--as', 'gpt']);
    await watching.ready();
    await send(root, 'Red \u001b[31malert\u202e');
    await watching.until(() => watching.text().includes('alert'));
    expect(watching.text()).toMatch(/^\d\d:\d\d:\d\d ready {3}watching gpt; Ctrl-C ends\n\d\d:\d\d:\d\d new {5}msg-001 INFO medium\n/);
    expect(watching.text()).toContain('         claude → gpt  Red \\x1b[31malert\\u202e\n');
  });

  test('with --quiet the ids of arrivals alone', async () => {
    const root = filesWorkspace();
    await send(root, 'Waits');
    const watching = startWatch(root, ['--as', 'gpt', '--quiet', '--once', '--timeout', '10s']);
    // Sent again and again, since --quiet does not say when it is ready.
    const sender = setInterval(() => void send(root, 'Comes'), 200);
    expect(await watching.exit).toBe(0);
    clearInterval(sender);
    expect(watching.text()).toMatch(/^msg-00[2-9]\n$/);
  });
});

describe('what is overdue', () => {
  test('is told once: after ready, and when its time comes', async () => {
    const root = filesWorkspace();
    await send(root, 'Late', ['--expected-response', '1ms']);
    const watching = startWatch(root);
    const overdue = () => watching.events().filter(({ event }) => event === 'overdue');
    await watching.until(() => overdue().length === 1);
    await send(root, 'Comes', ['--expected-response', '300ms']);
    await watching.until(() => overdue().length === 2);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    const subject = (text: string) => expect.objectContaining({ subject: text });
    expect(overdue()).toEqual([
      { event: 'overdue', agent: 'gpt', message: subject('Late'), due_at: at, at },
      { event: 'overdue', agent: 'gpt', message: subject('Comes'), due_at: at, at },
    ]);
    expect(watching.events().map(({ event }) => event)).toEqual(['waiting', 'ready', 'overdue', 'message', 'overdue']);
  });

  test('is told to people, and is no arrival', async () => {
    const root = filesWorkspace();
    await send(root, 'Late \u001b[31m', ['--expected-response', '1ms']);
    const watching = startWatch(root, ['--as', 'gpt', '--timeout', '1s', '--once']);
    await watching.until(() => watching.text().includes(' overdue '));
    expect(watching.text()).toMatch(
      /\n\d\d:\d\d:\d\d overdue msg-001 INFO medium\n {9}claude → gpt {2}Late \\x1b\[31m {2}\(\d+m?s late\)\n/,
    );
    expect(await watching.exit).toBe(4);
  });
});

describe('whose, and which', () => {
  test('only what is for the agent; with --all everything', async () => {
    const root = filesWorkspace();
    const [one, all] = [startWatch(root), startWatch(root, ['--all', '--json'])];
    await Promise.all([one.ready(), all.ready()]);
    await send(root, 'For gemini', ['--to', 'gemini']);
    await send(root, 'For gpt');
    await Promise.all([one.until(() => one.of('message').length > 0), all.until(() => all.of('message').length === 2)]);
    expect(one.of('message').map(({ agent }) => agent)).toEqual(['gpt']);
    expect(all.of('message').map(({ agent }) => agent)).toEqual(['gemini', 'gpt']);
  });

  test('filters', async () => {
    const root = filesWorkspace();
    const watching = startWatch(root, [
      '--as',
      'gpt',
      '--json',
      '--priority',
      'high,critical',
      '--text',
      'fire',
      '--sender',
      'claude',
      '--type',
      'info',
    ]);
    await watching.ready();
    await send(root, 'Fire', ['--priority', 'low']);
    await send(root, 'Water', ['--priority', 'high']);
    await send(root, 'FIRE', ['--priority', 'high']);
    await watching.until(() => watching.of('message').length > 0);
    expect(watching.of('message').map(({ message }) => message.subject)).toEqual(['FIRE']);
  });

  test.each([
    [['--as', 'gpt', '--all'], 2],
    [[], 2],
    [['--as', 'nobody'], 3],
    [['--as', 'gpt', '--sender', 'nobody'], 3],
    [['--as', 'gpt', '--type', 'INFOO'], 6],
    [['--as', 'gpt', '--timeout', 'soon'], 2],
  ])('%j is refused', async (argv, exit) => {
    expect((await comms(filesWorkspace(), ['watch', ...argv])).exit).toBe(exit);
  });
});

describe('the end', () => {
  test('--once ends with the first arrival after ready', async () => {
    const root = filesWorkspace();
    await send(root, 'Waits');
    const watching = startWatch(root, ['--as', 'gpt', '--json', '--once']);
    await watching.ready();
    await send(root, 'Comes');
    expect(await watching.exit).toBe(0);
    expect(watching.of('message')).toHaveLength(1);
  });

  test('--once --waiting ends at once where something is PENDING', async () => {
    const root = filesWorkspace();
    await send(root, 'Waits');
    expect(await startWatch(root, ['--as', 'gpt', '--once', '--waiting']).exit).toBe(0);
  });

  test('--once --status COMPLETED ends when a message gets done', async () => {
    const root = filesWorkspace();
    const id = await send(root, 'To do');
    const watching = startWatch(root, ['--all', '--json', '--once', '--status', 'completed']);
    await watching.ready();
    await comms(root, ['done', id, '--as', 'gpt']);
    expect(await watching.exit).toBe(0);
    expect(watching.of('status')[0]).toMatchObject({ previous_status: 'PENDING', message: { id, status: 'COMPLETED' } });
  });

  test('--timeout: 4 where nothing arrived, though something waited', async () => {
    const root = filesWorkspace();
    await send(root, 'Waits');
    const watching = startWatch(root, ['--as', 'gpt', '--json', '--timeout', '0.2s']);
    expect(await watching.exit).toBe(4);
    const last = JSON.parse(watching.text().trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
  });

  test('--timeout: 0 where something arrived', async () => {
    const root = filesWorkspace();
    const watching = startWatch(root, ['--as', 'gpt', '--json', '--timeout', '1s']);
    await watching.ready();
    await send(root, 'Comes');
    expect(await watching.exit).toBe(0);
    expect(watching.of('message')).toHaveLength(1);
  });
});
