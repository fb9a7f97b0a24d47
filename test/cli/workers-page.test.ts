import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/workspace/config.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { comms, filesWorkspace, send } from './watch-harness.ts';
import { BIN, messageOf } from './work-harness.ts';

/** docs/workers.md says what happens. */

const PAGE = readFileSync(new URL('../../docs/workers.md', import.meta.url), 'utf8');

test.skipIf(process.platform === 'win32')('its handler does what the page says', async () => {
  const root = filesWorkspace();
  const [, script = ''] = /^```sh\n(#!\/bin\/sh\n# handler\.sh\n[\s\S]*?)^```$/m.exec(PAGE) ?? [];
  for (const [name, text] of [
    ['handler.sh', script],
    ['comms', `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`],
  ] as const) {
    writeFileSync(join(root, name), text);
    chmodSync(join(root, name), 0o755);
  }
  const env = { PATH: `${root}:${process.env.PATH}` };
  const work = () => comms(root, ['work', '--as', 'gpt', '--drain', '--quiet', '--exec', './handler.sh'], { env });
  const change = ['--type', 'CODE_CHANGE', '--context', 'files_changed=a.ts'];

  writeFileSync(join(root, 'broken'), '');
  const question = await send(root, 'When?', ['--type', 'QUESTION', '--context', 'background=x']);
  const [first, info] = [await send(root, 'Changed', change), await send(root, 'News')];
  expect(await work()).toEqual({ exit: 0, out: `${question}\n`, err: '' });
  expect((await messageOf(root, question)).delivery?.result).toBe('Answered by msg-004');
  expect((await messageOf(root, first)).delivery).toMatchObject({ attempts: 1, last_error: 'exit status 1: 2 tests failed' });
  expect((await messageOf(root, info)).delivery).toMatchObject({ dead_reason: 'rejected' });

  rmSync(join(root, 'broken'));
  writeFileSync(join(root, 'offline'), '');
  const second = await send(root, 'Changed', change);
  await work();
  expect((await messageOf(root, second)).delivery).toBeUndefined();
  rmSync(join(root, 'offline'));
  const third = await send(root, 'Changed', change);
  await work();
  expect((await messageOf(root, third)).delivery?.result).toBe('All tests pass');
});

test('its config says what is the default', () => {
  const [, json = ''] = /^```json\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
  const agents = { claude: {} };
  const written = settingsFrom(parseConfig(JSON.stringify({ version: '1.0', agents, ...JSON.parse(json) })));
  expect(written.breaker).toEqual(settingsFrom(parseConfig(JSON.stringify({ version: '1.0', agents }))).breaker);
});
