import { describe, expect, test } from 'vitest';
import { AGENT_NAME, checkAgentName, nearest, unknownAgent } from '../../src/message/names.ts';
import { thrownBy } from './thrown.ts';

describe('checkAgentName', () => {
  test.each(['a', 'claude', 'gpt-5', 'front_end', '0', 'x'.repeat(64), 'console', 'com10', 'a-inbox'])('lets %s be', (name) => {
    expect(() => checkAgentName(name)).not.toThrow();
  });

  test.each([
    ['', 'empty'],
    ['Claude', 'capitals'],
    ['front end', 'characters'],
    ['-a', 'characters'],
    ['a\n', 'characters'],
    ['é', 'characters'],
    ['x'.repeat(65), 'too long'],
    ['..', 'path'],
    ['.', 'path'],
    ['../etc', 'path'],
    ['a/b', 'path'],
    ['a\\b', 'path'],
    ['con', 'device'],
    ['NUL', 'device'],
    ['nul.md', 'device'],
    ['com0', 'device'],
    ['lpt9', 'device'],
    ['all', 'every agent'],
    ['Broadcast', 'every agent'],
    ['constructor', 'reserved'],
  ])('refuses %j: %s', (name, reason) => {
    const error = thrownBy(() => checkAgentName(name));
    expect(error.code).toBe('INVALID_NAME');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain('a-z, 0-9');
  });

  test('suggests what was probably meant', () => {
    expect(thrownBy(() => checkAgentName('Front End')).hint).toContain('Try "front-end".');
    expect(thrownBy(() => checkAgentName('../x')).hint).not.toContain('Try');
    expect(thrownBy(() => checkAgentName('CON')).hint).not.toContain('Try');
  });

  test('shows the name escaped and short', () => {
    const { message } = thrownBy(() => checkAgentName(`\u001b[31m\u202e${'x'.repeat(500)}`));
    expect(message).toContain('\\u001b[31m\\u202e');
    expect(message.length).toBeLessThan(150);
  });
});

describe('nearest', () => {
  test.each([
    ['cluade', ['gpt', 'claude'], 'claude'],
    ['Claude', ['claude'], 'claude'],
    ['claud', ['claudia', 'claude'], 'claude'],
    ['gp', ['gpt'], 'gpt'],
    ['gemini', ['claude', 'gpt'], undefined],
    ['a', ['b'], undefined],
    ['', ['a'], undefined],
    ['x', [], undefined],
    ['x'.repeat(100_000), ['x'.repeat(64)], undefined],
  ])('%.10s among %j is %s', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});

describe('unknownAgent', () => {
  test('hints at the nearest name', () => {
    const error = unknownAgent('cluade', ['claude', 'gpt']);
    expect(error).toMatchObject({ code: 'UNKNOWN_AGENT', details: { agent: 'cluade', known: ['claude', 'gpt'], nearest: 'claude' } });
    expect(error.hint).toBe('Did you mean "claude"? Run "comms agents add cluade" to register it.');
  });

  test('hints at the known names where none is near', () => {
    expect(unknownAgent('gemini', ['claude', 'gpt']).hint).toBe('Known agents: claude, gpt. Run "comms agents add gemini" to register it.');
  });

  test('never puts a name into a command that could not be one', () => {
    expect(unknownAgent('$(rm -rf .)', []).hint).toBe('Known agents: none.');
  });
});

test('the grammar is that of the schema', async () => {
  const { schemas } = await import('../../src/generated/schemas.ts');
  expect(schemas.envelope).toMatchObject({ $defs: { agent: { pattern: AGENT_NAME.source } } });
});
