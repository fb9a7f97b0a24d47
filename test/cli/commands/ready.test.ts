import { beforeEach, describe, expect, test } from 'vitest';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = testWorkspace();
});

const context = (requirements: string[]) =>
  `--context-json '${JSON.stringify({ coordination_type: 'blocker', action: 'Wait', impact: 'Much', requirements }).replaceAll("'", '')}'`;

async function blocked(from: string, to: string, ...requirements: string[]): Promise<string> {
  const { exit, out, err } = await workspace.comms(
    `send --from ${from} --to ${to} --type COORDINATION --subject Blocked --details Blocked ${context(requirements)} -q`,
  );
  if (exit !== 0) throw new Error(err);
  return out.trim();
}

describe('comms ready', () => {
  test('the dependency notification pattern: "I am blocked by X", "X is ready"', async () => {
    await blocked('claude', 'gpt', 'login API');
    const { exit, out } = await workspace.comms('ready "login API" --as gpt --details "See docs/api.md"');
    expect({ exit, out }).toEqual({ exit: 0, out: 'Told claude that login API is ready (msg-002, on msg-001). Completed msg-001.\n' });
    const { data } = await workspace.json('wait --as claude --for 1 --claim');
    expect(data.message).toMatchObject({ id: 'msg-002', type: 'RESPONSE', subject: 'login API is ready', references: ['msg-001'] });
    expect((await workspace.comms('track 1')).out).toContain('Answered by msg-002');
  });

  test('takes several things, and ids as people write them', async () => {
    await blocked('claude', 'gpt', 'x');
    await blocked('gemini', 'gpt', 'y');
    await blocked('gemini', 'gpt');
    expect((await workspace.comms('ready x y 3 --as gpt -q')).out).toBe('msg-004\nmsg-005\nmsg-006\n');
    expect((await workspace.json('inbox --as gpt')).data.messages).toEqual([]);
  });

  test('a number may be the name of a task', async () => {
    await blocked('claude', 'gpt', '2');
    await blocked('claude', 'gpt', 'x');
    expect((await workspace.comms('ready 2 --as gpt')).out).toContain('on msg-001');
    expect((await workspace.json('inbox --as gpt')).data.messages).toMatchObject([{ id: 'msg-002' }]);
  });

  test('where nobody waits it says so, and ends with 0', async () => {
    expect(await workspace.comms('ready task-2 --as gpt')).toEqual({ exit: 0, out: '', err: 'Nobody waits for "task-2".\n' });
  });

  test('what is left and what failed is told', async () => {
    await blocked('claude', 'gpt', 'x', 'y');
    expect((await workspace.comms('ready x --as gpt')).out).toBe('Told claude that x is ready (msg-002, on msg-001).\n');
    expect((await workspace.json('ready x --as nobody')).error.code).toBe('UNKNOWN_AGENT');
    expect((await workspace.json('ready 9 --as gpt')).error.code).toBe('MESSAGE_NOT_FOUND');
    expect((await workspace.comms('ready --as gpt')).exit).toBe(2);
  });

  test('shows no escape sequence', async () => {
    await blocked('claude', 'gpt', 'a\u001b[2J');
    const { out, err } = await workspace.comms('ready a\u001b[2J --as gpt');
    expect(out).toContain('Told claude');
    expect(out + err).not.toContain('\u001b');
  });
});
