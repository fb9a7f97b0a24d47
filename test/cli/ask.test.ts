import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { comms, filesWorkspace, listen } from './watch-harness.ts';

const QUESTION = ['--from', 'claude', '--subject', 'Which port?', '--details', 'Where does it listen?'];
const ask = (root: string, argv: string[]) => comms(root, ['ask', ...QUESTION, ...argv]);
/** Answers the next question to an agent once it is there. */
async function answer(root: string, agent: string, details = '8080'): Promise<string> {
  const { out } = await comms(root, ['wait', '--as', agent, '--type', 'QUERY', '--claim', '--timeout', '10s', '--json']);
  const { id } = JSON.parse(out).data.message;
  return JSON.parse((await comms(root, ['reply', id, '--as', agent, '--details', details, '--done', '--json'])).out).data.message.id;
}

test('prints the answer, which is completed', async () => {
  const root = filesWorkspace();
  const asked = ask(root, ['--to', 'gpt', '--timeout', '10s']);
  const id = await answer(root, 'gpt', 'On 8080');
  const { exit, out } = await asked;
  expect(exit).toBe(0);
  expect(out).toContain('On 8080');
  expect(out).toContain(id);
  expect(JSON.parse((await comms(root, ['read', id, '--json'])).out).data.message.status).toBe('COMPLETED');
});

test('with --json the question, what became of it and the answer; with --responses all answers', async () => {
  const root = filesWorkspace();
  const asked = ask(root, ['--to', 'gpt,gemini', '--responses', '2', '--timeout', '10s', '--json']);
  const ids = [await answer(root, 'gemini'), await answer(root, 'gpt')];
  const { data } = JSON.parse((await asked).out);
  expect(data.message).toMatchObject({ type: 'QUERY', requires_response: true });
  expect(data.deliveries).toEqual([
    { recipient: 'gpt', outcome: 'delivered', response: ids[1] },
    { recipient: 'gemini', outcome: 'delivered', response: ids[0] },
  ]);
  expect(data.response.id).toBe(ids[0]);
  expect(data.responses.map(({ id }: { id: string }) => id)).toEqual(ids);
  const quiet = ask(root, ['--to', 'gpt', '--timeout', '10s', '--quiet']);
  const id = await answer(root, 'gpt');
  expect(await quiet).toMatchObject({ exit: 0, out: `${id}\n`, err: '' });
});

test('4 when the time is over, with the command that goes on waiting, which works', async () => {
  const root = filesWorkspace();
  const { exit, err } = await ask(root, ['--to', 'gpt', '--timeout', '0.1s', '--correlation-id', 'c-1']);
  expect(exit).toBe(4);
  expect(err).toContain('the question stays open');
  const command = /comms (wait --as claude --correlation-id c-1)/.exec(err)?.[1]?.split(' ') ?? [];
  const waiting = comms(root, [...command, '--timeout', '10s', '--quiet']);
  const id = await answer(root, 'gpt');
  expect(await waiting).toMatchObject({ exit: 0, out: `${id}\n` });
});

test('a question that is held is told at once, and its end, too', async () => {
  const root = filesWorkspace();
  const config = JSON.parse(readFileSync(join(root, 'config.json'), 'utf8'));
  writeFileSync(join(root, 'config.json'), JSON.stringify({ ...config, communication: {} }));
  const phases = [{ id: 'design', name: 'Design', agents: ['claude'], status: 'ended' }];
  writeFileSync(join(root, 'plan.json'), JSON.stringify({ version: '1.0', phases }));
  const { exit, err } = await ask(root, ['--to', 'gpt', '--metadata', 'phase_id=design', '--timeout', '0.1s']);
  expect(exit).toBe(4);
  expect(err).toMatch(
    /^The question msg-\d+ is held until somebody decides over it: The message is of the phase design, which has ended\. "comms track /,
  );
});

test('4 as soon as nobody will answer', async () => {
  const root = filesWorkspace();
  const asked = ask(root, ['--to', 'gpt', '--json']);
  const { out } = await comms(root, ['wait', '--as', 'gpt', '--type', 'QUERY', '--timeout', '10s', '--quiet']);
  await comms(root, ['done', out.trim(), '--as', 'gpt', '--result', 'seen']);
  const { exit, out: printed } = await asked;
  expect(exit).toBe(4);
  expect(JSON.parse(printed).error).toMatchObject({
    code: 'NO_ANSWER',
    details: { deliveries: [{ recipient: 'gpt', status: 'COMPLETED' }] },
  });
});

test('an interrupt ends it, and the question stays', async () => {
  const root = filesWorkspace();
  const controller = new AbortController();
  const [stdout, stderr] = [listen(), listen()];
  const world = { cwd: root, env: { COMMS_WORKSPACE: root }, stdin: (async function* () {})(), stdout, stderr, signal: controller.signal };
  const exit = runCli(['ask', ...QUESTION, '--to', 'gpt'], world);
  const { out } = await comms(root, ['wait', '--as', 'gpt', '--type', 'QUERY', '--timeout', '10s', '--quiet']);
  controller.abort('SIGINT');
  expect(await exit).toBe(130);
  expect(stdout.text()).toBe('');
  expect(stderr.text()).toMatch(
    /^The question msg-001 stays open\. Run "comms wait --as claude --correlation-id \S+" to go on waiting\.\n$/,
  );
  expect(JSON.parse((await comms(root, ['read', out.trim(), '--json'])).out).data.message.status).toBe('PENDING');
});

test.each([
  ['no recipient', [], 2],
  ['an unknown recipient', ['--to', 'gtp'], 3],
  ['no answer to wait for', ['--to', 'gpt', '--responses', '0'], 2],
])('refuses %s, and sends nothing', async (_, argv, exit) => {
  const root = filesWorkspace();
  expect((await ask(root, argv)).exit).toBe(exit);
  expect(JSON.parse((await comms(root, ['sent', '--as', 'claude', '--json'])).out).data.total).toBe(0);
});

test('a dry run asks nobody', async () => {
  const root = filesWorkspace();
  const { exit, out } = await ask(root, ['--to', 'gpt', '--dry-run']);
  expect(exit).toBe(0);
  expect(out).toContain('Would send to gpt');
  expect(JSON.parse((await comms(root, ['sent', '--as', 'claude', '--json'])).out).data.total).toBe(0);
});
