import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms search', () => {
  test.each([
    ['HELLO', ['msg-001']],
    ['hello --inbox gpt', ['msg-001']],
    ['hello --inbox codex --type INFO', ['msg-001']],
    ['hello --inbox claude', []],
    ['hello --type QUERY', []],
    ['nothing', []],
  ])('finds by "%s"', async (line, expected) => {
    const { json, sent } = testWorkspace();
    await sent();
    const { exit, data } = await json(`search ${line}`);
    expect({ exit, ids: data.messages.map(({ id }) => id), total: data.total }).toEqual({ exit: 0, ids: expected, total: expected.length });
  });

  test('is not narrowed by COMMS_AGENT', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    expect((await json('search hello', { env: { COMMS_AGENT: 'gemini' } })).data.total).toBe(1);
  });

  test('says that it found nothing, with exit 0', async () => {
    const { comms } = testWorkspace();
    const { exit, out, err } = await comms('search nothing');
    expect({ exit, out }).toEqual({ exit: 0, out: '' });
    expect(err).toContain('No message holds "nothing".\n');
  });

  test('needs a text', async () => {
    const { json } = testWorkspace();
    expect((await json('search')).error).toMatchObject({ code: 'USAGE', message: 'comms search needs <text>.' });
  });
});
