import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { comms, filesWorkspace, listen, send } from './watch-harness.ts';

const wait = (root: string, argv: string[]) => comms(root, ['wait', '--as', 'gpt', '--json', '--timeout', '10s', ...argv]);

test('at once where something waits; it takes nothing', async () => {
  const root = filesWorkspace();
  const id = await send(root, 'Waits');
  const { exit, out } = await wait(root, []);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, data: { message: { id, status: 'PENDING' } } });
  expect((await comms(root, ['wait', '--as', 'gpt', '--quiet'])).out).toBe(`${id}\n`);
});

test('with --claim it takes what came', async () => {
  const root = filesWorkspace();
  const waiting = wait(root, ['--claim']);
  const id = await send(root, 'Comes');
  expect(JSON.parse((await waiting).out).data.message).toMatchObject({ id, status: 'IN_PROGRESS', delivery: { claimed_by: 'gpt' } });
});

test('for an answer, a type or a thread alone', async () => {
  const root = filesWorkspace();
  const asked = await send(root, 'Asked', ['--from', 'gpt', '--to', 'claude']);
  const waiting = [
    wait(root, ['--for', asked.replace('msg-00', '')]),
    wait(root, ['--type', 'ack']),
    wait(root, ['--correlation-id', 'T-1']),
  ];
  await send(root, 'Something else');
  const thread = await send(root, 'Of the thread', ['--correlation-id', 'T-1']);
  await comms(root, ['ack', asked, '--as', 'claude']);
  const [answer, ack, tied] = (await Promise.all(waiting)).map(({ out }) => JSON.parse(out).data.message);
  expect(answer).toMatchObject({ type: 'ACK', references: [asked] });
  expect(ack.id).toBe(answer.id);
  expect(tied.id).toBe(thread);
});

test('4 when the time is over, 3 for an answer to nothing', async () => {
  const root = filesWorkspace();
  const { exit, err } = await comms(root, ['wait', '--as', 'gpt', '--timeout', '0.1s']);
  expect(exit).toBe(4);
  expect(err).toMatch(/^comms: .*gpt.*\nhint: /);
  expect((await wait(root, ['--for', 'msg-999'])).exit).toBe(3);
});

test('a signal ends it', async () => {
  const root = filesWorkspace();
  const controller = new AbortController();
  const [stdout, stderr] = [listen(), listen()];
  const world = { cwd: root, env: { COMMS_WORKSPACE: root }, stdin: (async function* () {})(), stdout, stderr, signal: controller.signal };
  const exit = runCli(['wait', '--as', 'gpt'], world);
  setImmediate(() => controller.abort('SIGINT'));
  expect(await exit).toBe(130);
  expect(stdout.text() + stderr.text()).toBe('');
});
