import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../src/cli/demo/run-step.ts';
import { STEPS } from '../../src/cli/demo/steps.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { comms } from './watch-harness.ts';

test('two agents exchange a report, a change, a result and an acknowledgement; twice in a row', async () => {
  const cwd = temporaryDirectory();
  // What the user's shell says must not get into it.
  const env = { COMMS_WORKSPACE: '/nowhere', COMMS_AGENT: 'somebody' };
  for (const name of ['demo-workspace', 'demo-workspace-2']) {
    const { exit, out, err } = await comms(cwd, ['demo'], { env });
    expect([exit, err]).toEqual([0, '']);
    for (const { explains, argv } of STEPS) {
      expect(out).toContain(explains);
      expect(out).toContain(commandLine(argv));
    }
    expect(out).toContain(`${name}/gpt-inbox.md`);
    const thread = await comms(join(cwd, name), ['thread', 'msg-001', '--json']);
    const types = JSON.parse(thread.out).data.messages.map(({ type }: { type: string }) => type);
    expect(types).toEqual(['BUG_REPORT', 'CODE_CHANGE', 'TEST_RESULT', 'ACK']);
    expect((await comms(join(cwd, name), ['doctor'])).out).toBe('No problems.\n');
  }
});

test('--json tells each step, and --quiet the place alone', async () => {
  const cwd = temporaryDirectory();
  const { data } = JSON.parse((await comms(cwd, ['demo', '--json', '--dir', 'a'])).out);
  expect(data).toMatchObject({ workspace: join(cwd, 'a'), steps: STEPS.map(({ explains }) => ({ explains, output: expect.any(String) })) });
  expect((await comms(cwd, ['demo', '--quiet', '--dir', 'b'])).out).toBe(`${join(cwd, 'b')}\n`);
});

test('a directory that is not empty is left alone', async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'mine'));
  writeFileSync(join(cwd, 'mine', 'notes.txt'), 'mine');
  expect((await comms(cwd, ['demo', '--dir', 'mine'])).exit).toBe(2);
  writeFileSync(join(cwd, 'demo-workspace'), 'a file');
  expect((await comms(cwd, ['demo', '--quiet'])).out).toBe(`${join(cwd, 'demo-workspace-2')}\n`);
  expect(existsSync(join(cwd, 'mine', 'config.json'))).toBe(false);
});
