import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from '../../../src/workspace/config.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { comms } from '../harness.ts';

async function workspace() {
  const cwd = temporaryDirectory();
  await comms(['init'], { cwd });
  const root = join(cwd, 'agent-comms');
  return {
    root,
    run: (line: string) => comms(line.split(' '), { cwd }),
    agents: () => readSettings(root).settings.agents,
    status: () => JSON.parse(readFileSync(join(root, 'status.json'), 'utf8')) as { agents: Record<string, unknown> },
  };
}

const HELLO = 'send --from claude --to gemini --type INFO --subject Hi --details x';

it('add makes an inbox that others can send to, and it is in status.json', async () => {
  const { root, run, agents, status } = await workspace();
  expect(await run('agents add gemini --alias gem')).toMatchObject({ exit: 0, stderr: '' });
  expect(agents()).toEqual(['claude', 'gpt', 'gemini']);
  expect(readFileSync(join(root, 'gemini-inbox.md'), 'utf8')).toContain('# Gemini Inbox');
  expect(Object.keys(status().agents)).toContain('gemini');
  expect(await run(HELLO)).toMatchObject({ exit: 0 });
});

it.each([
  ['agents add gpt', 5, 'The name "gpt" is taken already.'],
  ['agents add new --alias gpt', 5, 'The name "gpt" is taken already.'],
  ['agents add ../up', 6, 'it is a path'],
  ['agents add Gemini', 6, 'it has capitals'],
  ['agents remove gtp', 3, 'Did you mean "gpt"'],
])('%s is refused with %d, and changes nothing', async (line, exit, part) => {
  const { run, agents } = await workspace();
  expect(await run(line)).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(part) });
  expect(agents()).toEqual(['claude', 'gpt']);
});

it('remove takes the inbox away, keeps what was completed in archive/, and brings status.json up to date', async () => {
  const { root, run, agents, status } = await workspace();
  await run('agents add gemini');
  await run(HELLO);
  await run('done msg-001 --as gemini');
  expect(await run('agents remove gemini')).toMatchObject({ exit: 0 });
  expect(agents()).toEqual(['claude', 'gpt']);
  expect(existsSync(join(root, 'gemini-inbox.md'))).toBe(false);
  expect((await run('read msg-001')).stdout).toContain('msg-001');
  expect(Object.keys(status().agents)).toEqual(['claude', 'gpt']);
});

it('remove refuses while open messages wait; --force leaves them to be read', async () => {
  const { root, run, agents } = await workspace();
  await run('agents add gemini');
  await run(HELLO);
  expect(await run('agents remove gemini')).toMatchObject({
    exit: 5,
    stderr: expect.stringContaining('An open message waits for gemini.'),
  });
  expect(agents()).toContain('gemini');
  expect(await run('agents remove gemini --force --json')).toMatchObject({ exit: 0, stdout: expect.stringContaining('"inbox_kept":true') });
  expect(agents()).toEqual(['claude', 'gpt']);
  expect(readFileSync(join(root, 'gemini-inbox.md'), 'utf8')).toContain('msg-001');
});
