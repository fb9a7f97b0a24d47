import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL_COMMANDS } from '../../../src/cli/table.ts';
import { LONG } from '../../long.ts';
import { figure } from '../figure.ts';
import { commandLines, commandsCalled } from './commands.ts';
import { ESCAPES, EVERY_ESCAPE, OBEYED } from './payloads.ts';
import { hostileMessage, hostileWorkspace } from './workspace.ts';

/** What a person sees of what others wrote does nothing to their terminal. */
export function escapes(): void {
  describe('escape sequences in every field, file and argument', () => {
    test('every command is tried', () => {
      const tried = (name: string) => commandsCalled().includes(`\n${name}`);
      expect(ALL_COMMANDS.map(({ name }) => name).filter((name) => !tried(name))).toEqual([]);
    });

    const payloads = LONG ? { ...ESCAPES, 'all of them': EVERY_ESCAPE } : { 'all of them': EVERY_ESCAPE };
    test.each(Object.entries(payloads))('%s: no command prints them to a terminal or a pipe', async (_, text) => {
      const { top, run } = await hostileWorkspace(text);
      const files = { TASK: join(top, 'task.json'), MESSAGE: join(top, 'message.json'), BROKEN: join(top, 'broken.json') };
      writeFileSync(
        files.TASK,
        JSON.stringify({ subagent_type: 'gpt', description: text, prompt: 'p', communication_enabled: true, [text]: text }),
      );
      writeFileSync(files.MESSAGE, JSON.stringify(hostileMessage(text)));
      writeFileSync(files.BROKEN, `{"id": "${text}`);
      const printed: string[] = [];
      for (const [n, argv] of commandLines(files, text).entries()) {
        const tty = n % 2 === 1;
        const { stdout, stderr } = await run(argv, { tty });
        // Our own colours, and the line that shows how far something is.
        const ours = /\u001b\[\d{1,2}m|\r\u001b\[2K/g;
        const found = OBEYED.exec((stdout + stderr).replace(tty ? ours : /(?!)/g, ''));
        if (found)
          printed.push(
            `${JSON.stringify(argv.join(' ').replaceAll(text, 'X'))} → ${JSON.stringify(found[0])} in ${JSON.stringify((stdout + stderr).slice(Math.max(0, found.index - 80), found.index + 20))}`,
          );
        if (stderr.includes('This is a bug')) printed.push(`${argv.join(' ').replaceAll(text, 'X')}: ${stderr}`);
        figure('commands fed with escapes', 1);
      }
      expect(printed).toEqual([]);
    });

    test('as JSON they are there, byte for byte', async () => {
      const { run } = await hostileWorkspace(EVERY_ESCAPE);
      const { stdout } = await run(['inbox', '--as', 'gpt', '--json']);
      const { data } = JSON.parse(stdout) as { data: { messages: { subject: string; content: { details: string; context: object } }[] } };
      expect(data.messages[0]?.subject).toBe(EVERY_ESCAPE);
      expect(data.messages[0]?.content).toEqual(hostileMessage(EVERY_ESCAPE).content);
    });
  });
}
