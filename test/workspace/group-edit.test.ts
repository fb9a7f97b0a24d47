import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/workspace/config.ts';
import { removeAgent } from '../../src/workspace/config-edit.ts';
import { addToGroup, removeFromGroup, removeGroup } from '../../src/workspace/group-edit.ts';
import { temporaryDirectory, writeFiles } from './temporary.ts';

const HAND_MADE = `{
    "version": "1.0",
    "agents": {
        "claude": { "role":   "orchestrator" },
        "gpt": {"aliases": ["codex"]}
    },
    "x-ours": [1,2,   3]
}
`;

function workspace(text = HAND_MADE) {
  const root = temporaryDirectory();
  writeFiles(root, { 'config.json': text });
  return { root, text: () => readFileSync(join(root, 'config.json'), 'utf8'), groups: () => readSettings(root).settings.groups };
}

test('a group is added and taken away again, and the rest of the file keeps its bytes', async () => {
  const { root, text, groups } = workspace();
  expect(await addToGroup(root, { name: 'all-of-us', members: ['claude', 'CODEX'], description: 'everybody' })).toEqual({
    members: ['claude', 'gpt'],
    changed: ['claude', 'gpt'],
    created: true,
  });
  expect(groups()).toEqual({ 'all-of-us': ['claude', 'gpt'] });
  for (const part of ['{ "role":   "orchestrator" }', '{"aliases": ["codex"]}', '"x-ours": [1,2,   3]']) expect(text()).toContain(part);
  await removeGroup(root, 'all-of-us');
  expect(text()).toBe(HAND_MADE);
});

test('a group that was taken away can be put back as it was', async () => {
  const { root, text } = workspace(HAND_MADE.replace('"x-ours"', '"groups": { "one": { "members": ["codex"], "x": 1 } },\n    "x-ours"'));
  const before: unknown = JSON.parse(text());
  const { putBack } = await removeGroup(root, 'one');
  expect(JSON.parse(text())).not.toHaveProperty('groups');
  await putBack();
  expect(JSON.parse(text())).toEqual(before);
});

test('a second group leaves the first as it was written', async () => {
  const { root, text } = workspace(
    HAND_MADE.replace('"x-ours"', '"groups": {\n        "one": { "members": ["gpt"],  "x": 1 }\n    },\n    "x-ours"'),
  );
  await addToGroup(root, { name: 'two', members: ['claude'] });
  expect(text()).toContain('        "one": { "members": ["gpt"],  "x": 1 },\n        "two": {\n');
  await removeGroup(root, 'two');
  await addToGroup(root, { name: 'one', members: ['claude'], description: 'First' });
  expect(JSON.parse(text()).groups).toEqual({ one: { members: ['gpt', 'claude'], x: 1, description: 'First' } });
});

test('members that nobody is registered for can be taken out, aliases stand for their agents', async () => {
  const { root, groups } = workspace(
    HAND_MADE.replace('"x-ours"', '"groups": { "one": { "members": ["codex", "gone", "claude"] } },\n    "x-ours"'),
  );
  expect(await removeFromGroup(root, { name: 'one', members: ['gone'] })).toEqual({ members: ['codex', 'claude'], changed: ['gone'] });
  expect(await removeAgent(root, 'gpt')).toEqual({ groups: ['one'] });
  expect(groups()).toEqual({ one: ['claude'] });
  await expect(removeAgent(root, 'claude')).rejects.toMatchObject({ code: 'WRONG_STATUS', details: { group: 'one' } });
});

test('many who add at once all get in', async () => {
  const { root, groups } = workspace();
  const names = Array.from({ length: 8 }, (_, n) => `group-${n}`);
  await Promise.all(names.map((name) => addToGroup(root, { name, members: ['gpt'] })));
  expect(Object.keys(groups()).sort()).toEqual(names);
});
