import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../../src/cli/width.ts';
import { comms } from '../harness.ts';
import { filesWorkspace, send } from '../watch-harness.ts';

describe('comms stats', () => {
  const widest = (text: string) => Math.max(...text.split('\n').map(displayWidth));

  test('is as wide as the terminal, and in a pipe as 80 columns, whatever the terminal', async () => {
    const root = filesWorkspace();
    await send(root, `One ${'with a very long subject '.repeat(10)}`, ['--correlation-id', 'c']);
    await send(root, 'Another', ['--correlation-id', 'c']);
    const run = async (options: { tty: boolean; columns?: number; env?: NodeJS.ProcessEnv }) =>
      (await comms(['stats'], { cwd: root, ...options, env: { COMMS_WORKSPACE: root, NO_COLOR: '1', ...options.env } })).stdout;
    const pipe = await run({ tty: false, columns: 200 });
    expect(widest(pipe)).toBe(80);
    expect(await run({ tty: true, columns: 80 })).toBe(pipe);
    expect(widest(await run({ tty: true, columns: 50 }))).toBeLessThanOrEqual(50);
    expect(await run({ tty: true, columns: 0 })).toBe(pipe);
    expect(await run({ tty: true, columns: 80, env: { NO_COLOR: '' } })).toContain('\u001b[2m');
  });
});
