import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandReference } from '../../src/cli/docs.ts';
import { parseCommand } from '../../src/cli/parse.ts';
import { ALL_COMMANDS } from '../../src/cli/table.ts';

describe.each(ALL_COMMANDS.map((entry) => [entry.name, entry] as const))('comms %s', (name, { summary, load }) => {
  it('is called in its file as in the table', async () => {
    const { spec } = await load();
    expect({ name: spec.name, summary: spec.summary }).toEqual({ name, summary });
  });

  it('says what it does in an imperative sentence without a full stop', () => {
    expect(summary).toMatch(/^[a-z].*[^.]$/);
  });

  it('has examples that parse', async () => {
    const { spec } = await load();
    expect(spec.examples.length).toBeGreaterThan(0);
    for (const { command, does } of spec.examples) {
      expect(does).toMatch(/[^.]$/);
      const own = callsIn(command).filter((words) => words.slice(0, name.split(' ').length).join(' ') === name);
      expect(own, command).not.toEqual([]);
      for (const words of own) expect(parseCommand(spec, words.slice(name.split(' ').length))).toHaveProperty('options');
    }
  });

  it('fits 80 columns in its help', async () => {
    const { spec } = await load();
    const parsed = parseCommand(spec, ['--help']);
    const help = 'help' in parsed ? parsed.help : '';
    // Examples are there to be copied, and are not broken.
    const [before = ''] = help.split('\nExamples:\n');
    expect(before.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

it('docs/cli.md is current (npm run docs)', async () => {
  expect(readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')).toBe(await commandReference());
});

/** The words that follow each `comms` in a shell command: quotes are taken off, pipes and redirections end it. */
function callsIn(command: string): string[][] {
  const plain = command.replaceAll(/"\$\((.*?)\)"/g, '| $1');
  const tokens = [...plain.matchAll(/'([^']*)'|"([^"]*)"|(\d?>|<\(|[|;&()<])|([^\s'"|;&()<>]+)/g)];
  const calls: string[][] = [];
  let current: string[] | undefined;
  let glued = -1;
  for (const token of tokens) {
    const [whole, single, double, mark, word] = token;
    const text = single ?? double ?? word ?? '';
    if (mark !== undefined) current = undefined;
    else if (word === 'comms' && current === undefined) {
      current = [];
      calls.push(current);
    } else if (current !== undefined && token.index === glued && current.length > 0) current[current.length - 1] += text;
    else current?.push(text);
    glued = token.index + whole.length;
  }
  return calls;
}
