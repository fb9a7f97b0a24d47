import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comms, filesWorkspace, send, startWatch } from './watch-harness.ts';

const BROKEN = '\n### Message: msg-050\n\n```json\n{ "id": "msg-050", "sender": "gpt" "type": "INFO" }\n```\n';

function withBroken(): { root: string; line: number } {
  const root = filesWorkspace();
  appendFileSync(join(root, 'claude-inbox.md'), BROKEN);
  const line = readFileSync(join(root, 'claude-inbox.md'), 'utf8').split('\n').indexOf('### Message: msg-050') + 4;
  return { root, line };
}

const warning = (line: number) =>
  `comms: warning: claude-inbox.md:${line}: The block is not JSON: a comma is missing. (msg-050) Nobody can act on it until it is mended by hand.\n`;

test.each([['inbox --as claude'], ['read msg-001'], ['track msg-001'], ['claim --as claude'], ['claim 50 --as claude']])(
  'comms %s says that a block cannot be read, and where it is',
  async (command) => {
    const { root, line } = withBroken();
    await send(root, 'To gpt');
    const { err } = await comms(root, command.split(' '));
    expect(err.split('comms: warning:')).toHaveLength(2);
    expect(err).toContain(warning(line));
  },
);

test('with --json it is among the warnings; the inboxes of others do not matter', async () => {
  const { root } = withBroken();
  const { out } = await comms(root, ['inbox', '--as', 'claude', '--json']);
  expect(JSON.parse(out).warnings).toHaveLength(1);
  expect(await comms(root, ['inbox', '--as', 'gpt'])).toMatchObject({ err: 'No open messages for gpt.\n' });
});

test('a whole file of them does not fill the screen', async () => {
  const root = filesWorkspace();
  for (let n = 0; n < 20; n++) appendFileSync(join(root, 'claude-inbox.md'), BROKEN.replaceAll('msg-050', `msg-1${n}`));
  const { err } = await comms(root, ['inbox', '--as', 'claude']);
  expect(err.match(/claude-inbox.md:/g)).toHaveLength(5);
  expect(err).toContain('15 more blocks cannot be read; "comms validate" shows them.');
});

test('watch tells of what is there and of what comes, once each', async () => {
  const { root } = withBroken();
  const watch = startWatch(root, ['--as', 'claude', '--json']);
  const errors = () => watch.events().flatMap((event) => (event.event === 'error' ? [event] : []));
  await watch.ready();
  expect(errors()).toMatchObject([{ event: 'error', agent: 'claude', error: expect.stringContaining('(msg-050)') }]);
  appendFileSync(join(root, 'claude-inbox.md'), BROKEN.replaceAll('msg-050', 'msg-051'));
  await watch.until(() => errors().length > 1, 'the second error');
  await comms(root, ['send', '--from', 'gpt', '--to', 'claude', '--type', 'INFO', '--subject', 'x', '--details', 'x']);
  await watch.until(() => watch.of('message').length === 1, 'the message');
  expect(errors().map(({ error }) => /\((msg-\d+)\)/.exec(error)?.[1])).toEqual(['msg-050', 'msg-051']);
  watch.stop();
  await watch.exit;
});
