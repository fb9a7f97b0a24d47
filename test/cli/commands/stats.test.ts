import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms stats', () => {
  test('tells the figures', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('send --from gpt --to claude --type QUERY --subject Q --details "?"');
    const { out, exit } = await comms('stats');
    expect(exit).toBe(0);
    expect(out).toMatch(/^Messages +2 +2026-01-17 12:00 UTC$/m);
    expect(out).toMatch(/^By type\nINFO +1 +█+\nQUERY +1 +█+$/m);
    expect(out).toMatch(/^agent +sent +got +open +late +median +answers\nclaude +1 +1 +1 +0 +- +0$/m);
    expect(out).toMatch(/^from → to +open +oldest\ngpt → claude +1 +0s$/m);
    expect((await comms('stats --quiet')).out).toBe('2\n');
  });

  test('--since and --as narrow them', async () => {
    const { comms, json, sent, pass } = testWorkspace();
    await sent();
    pass(3_600_000);
    await comms('send --from claude --to gemini --type INFO --subject S --details x');
    const total = async (line: string) => (await json(`stats ${line}`)).data as unknown as { total_messages: number };
    expect([
      (await total('')).total_messages,
      (await total('--since 30m')).total_messages,
      (await total('--as codex')).total_messages,
    ]).toEqual([2, 1, 1]);
    expect((await comms('stats --as gpt', { env: {} })).out).not.toContain('gemini');
  });

  test('nothing yet is said in a friendly way, and is no error', async () => {
    const { comms, sent, pass } = testWorkspace();
    expect(await comms('stats')).toEqual({ out: '', err: 'No messages yet. "comms send --help" says how to write one.\n', exit: 0 });
    await sent();
    pass(3_600_000);
    expect((await comms('stats --since 10m')).err).toBe('No messages in the last 10m; without --since all are counted.\n');
    expect((await comms('stats --as gemini')).err).toContain('No messages of or for gemini yet.');
    expect((await comms('stats --since soon')).exit).toBe(2);
  });
});
