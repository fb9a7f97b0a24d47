import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommsError } from '../../src/errors.ts';
import { openWorkspace, parseConfig, readSettings } from '../../src/workspace/config.ts';
import { addAgent, removeAgent } from '../../src/workspace/config-edit.ts';
import { CONFIG, temporaryDirectory, writeFiles } from './temporary.ts';

function errorOf(text: string): CommsError {
  try {
    parseConfig(text);
  } catch (error) {
    if (error instanceof CommsError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('reading', () => {
  it('fills in the defaults and keeps what it does not know', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'agent-comms/config.json': '{"version":"1.0","agents":{"gpt":{},"claude":{"aliases":["opus"]}},"mine":1}' });
    const { settings, warnings } = openWorkspace({ cwd: root, env: {} });
    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({
      store: 'files',
      agents: ['gpt', 'claude'],
      aliases: { opus: 'claude' },
      maxMessageBytes: 262_144,
      maxAttempts: 3,
      maxThreadDepth: 100,
      leaseMs: 1_800_000,
      riseAfterMs: 3_600_000,
      archiveAbove: 200,
      archiveKeep: 20,
      rotateAboveBytes: 262_144,
      raw: { mine: 1 },
    });
  });

  it('reads durations with a unit, and bare numbers as seconds', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': '{"version":"1.0","agents":{},"limits":{"lease":"2h","rise_after":90}}' });
    expect(readSettings(root).settings).toMatchObject({ leaseMs: 7_200_000, riseAfterMs: 90_000 });
  });

  it('tolerates a BOM', () => {
    expect(parseConfig(`\uFEFF${CONFIG}`).agents).toEqual({ claude: {}, gpt: {} });
  });

  it('knows the agents of a hand-made workspace by their inboxes, and warns of names that cannot be', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'gpt-inbox.md': '', 'claude-inbox.md': '', 'My Agent-inbox.md': '', 'status.json': '{}' });
    const { settings, warnings } = readSettings(root);
    expect(settings.agents).toEqual(['claude', 'gpt']);
    expect(warnings).toEqual([expect.stringContaining('My Agent-inbox.md is not read')]);
  });
});

describe('what is not valid', () => {
  it.each([
    ['{"version":"1.0",\n "agents":{"claude":{},}}', 2, 24, '"}"'],
    ['{"version": 1.0\n"agents": {}}', 2, 1, '"agents"'],
    ["{'version': '1.0'}", 1, 2, '"\'"'],
    ['{"version": "1.0", "agents": {', 1, 31, 'the end of the file'],
    ['', 1, 1, 'the end of the file'],
    ['{"a": 01}', 1, 7, '"01"'],
    ['{"a": "x\ny"}', 1, 7, 'a text that does not end on its line'],
    ['{} // done', 1, 4, '"/"'],
  ])('says where %j stops being JSON', (text, line, column, found) => {
    const error = errorOf(text);
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.details).toMatchObject({ line, column, found });
    expect(error.message).toContain(`line ${line}, column ${column}: expected`);
  });

  it.each([
    ['{"version":"2.0","agents":{}}', '/version', 'found the string "2.0"'],
    ['{"version":"1.0"}', '/agents', 'missing'],
    ['{"version":"1.0","agents":{},"limits":{"max_attempts":"3"}}', '/limits/max_attempts', 'expected an integer'],
    ['{"version":"1.0","agents":{},"limits":{"lease":"soon"}}', '/limits/lease', 'expected'],
    ['{"version":"1.0","agents":[]}', '/agents', 'expected an object'],
    ['{"version":"1.0","agents":{},"store":"mysql"}', '/store', 'one of files, sqlite, memory'],
    ['[]', '/', 'expected an object'],
    ['{"version":"1.0","agents":{},"rate_limits":{"sender":{"messages":5}}}', '/rate_limits/sender/per', 'missing'],
    ['{"version":"1.0","agents":{},"rate_limits":{"sender":5}}', '/rate_limits/sender', 'expected an object'],
    ['{"version":"1.0","agents":{},"rate_limits":{"pair":{"messages":0,"per":"1m"}}}', '/rate_limits/pair/messages', 'a number above 0'],
    ['{"version":"1.0","agents":{},"rate_limits":{"pair":{"messages":5,"per":"0s"}}}', '/rate_limits/pair/per', 'a time such as "1m"'],
    ['{"version":"1.0","agents":{},"rate_limits":{"pair":{"messages":5,"per":0}}}', '/rate_limits/pair/per', 'a number above 0'],
    ['{"version":"1.0","agents":{},"rate_limits":{"agents":{"gpt":{"messages":5,"per":"1m","burst":0}}}}', '/gpt/burst', 'of at least 1'],
    ['{"version":"1.0","agents":{},"presence":{"stale_after":"soon"}}', '/presence/stale_after', 'expected'],
  ])('names the path, what was expected and what was found in %s', (text, path, part) => {
    const error = errorOf(text);
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.message).toContain(path);
    expect(error.message).toContain(part);
    expect(error.hint).toContain('comms where');
  });

  it.each([
    ['agents that differ by case only', '{"version":"1.0","agents":{"claude":{},"Claude":{}}}', '"Claude" twice'],
    ['an alias that is an agent', '{"version":"1.0","agents":{"a":{"aliases":["b"]},"b":{}}}', '"b" twice'],
    ['an alias of two agents', '{"version":"1.0","agents":{"a":{"aliases":["x"]},"b":{"aliases":["x"]}}}', '"x" twice'],
    ['capitals', '{"version":"1.0","agents":{"Claude":{}}}', 'it has capitals'],
    ['a path', '{"version":"1.0","agents":{"../up":{}}}', 'it is a path'],
    ['a device of Windows', '{"version":"1.0","agents":{"con":{}}}', 'Windows'],
  ])('refuses %s', (_, text, part) => {
    expect(errorOf(text)).toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(part) });
  });

  it('refuses a duration that no clock knows', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': '{"version":"1.0","agents":{},"limits":{"lease":"99999999999d"}}' });
    expect(() => readSettings(root)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });
});

describe('writing', () => {
  const text = '{\r\n\t"mine": [1,   2],\r\n\t"version": "1.0",\r\n\t"agents": {\r\n\t\t"claude": { "note": "kept" }\r\n\t}\r\n}\r\n';

  it('keeps formatting, line ends, unknown keys and a BOM', async () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': `\uFEFF${text}` });
    await addAgent(root, { name: 'gpt', description: 'tests' });
    const added = readFileSync(join(root, 'config.json'), 'utf8');
    expect(added).toBe(`\uFEFF${text.replace('"kept" }', '"kept" },\r\n\t\t"gpt": {\r\n\t\t\t"description": "tests"\r\n\t\t}')}`);
    await removeAgent(root, 'gpt');
    expect(readFileSync(join(root, 'config.json'), 'utf8')).toBe(`\uFEFF${text}`);
  });

  it('refuses an agent that is there, one that is not, and an alias that clashes, and changes nothing', async () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': CONFIG });
    await expect(addAgent(root, { name: 'gpt' })).rejects.toMatchObject({ code: 'AGENT_EXISTS' });
    await expect(addAgent(root, { name: 'new', aliases: ['gpt'] })).rejects.toMatchObject({ code: 'AGENT_EXISTS' });
    await expect(removeAgent(root, 'nobody')).rejects.toMatchObject({ code: 'UNKNOWN_AGENT' });
    expect(readFileSync(join(root, 'config.json'), 'utf8')).toBe(CONFIG);
  });

  it('gives a hand-made workspace a config with the agents of its inboxes', async () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'claude-inbox.md': '', 'gpt-inbox.md': '', 'status.json': '{}' });
    await addAgent(root, { name: 'gemini' });
    expect(readSettings(root).settings.agents).toEqual(['claude', 'gpt', 'gemini']);
  });

  it('loses none of several that are added at once', async () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': CONFIG });
    const names = Array.from({ length: 12 }, (_, index) => `agent-${index}`);
    await Promise.all(names.map((name) => addAgent(root, { name })));
    expect(readSettings(root).settings.agents.sort()).toEqual(['claude', 'gpt', ...names].sort());
  });
});
