import { expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

const TO = 'send --type INFO --subject Hi --details x --from claude --channel';

test('subscribe, send to the channel, unsubscribe', async () => {
  const { comms, json } = testWorkspace();
  expect(await comms('channel subscribe backend --as codex')).toEqual({ exit: 0, err: '', out: 'gpt reads backend from now on.\n' });
  expect((await comms('channel subscribe backend --as gpt')).out).toBe('gpt reads backend already.\n');
  expect((await comms('channel list')).out).toBe(
    'general\n  claude\n  gpt\n  gemini\nbackend\n  gpt  since 2026-01-17T12:00:00.000Z (just now)\n',
  );
  expect((await json(`${TO} backend`)).data).toMatchObject({
    message: { channel: 'backend', recipient: 'gpt' },
    deliveries: [{ recipient: 'gpt', outcome: 'delivered' }],
  });
  expect((await json('channel unsubscribe backend --as gpt')).data).toEqual({ channel: 'backend', agent: 'gpt', changed: true });
  expect(await comms(`${TO} backend`)).toMatchObject({
    exit: 3,
    out: '',
    err: expect.stringContaining('Nobody reads the channel "backend"'),
  });
});

test('unsubscribing from what one does not read names what was probably meant', async () => {
  const { comms } = testWorkspace();
  await comms('channel subscribe backend --as gpt');
  expect(await comms('channel unsubscribe bakend --as gpt')).toEqual({
    exit: 0,
    out: 'gpt did not read bakend.\n',
    err: 'comms: warning: gpt reads "backend"; was that meant?\n',
  });
});

test('a dry run shows who would get it', async () => {
  const { comms } = testWorkspace();
  expect((await comms(`${TO} general --dry-run`)).out).toMatch(/^Would send to gpt, gemini:\n/);
});

test.each([
  ['channel subscribe Back --as gpt', 6, 'Try "back".'],
  ['channel subscribe backend', 2, 'Nobody said which agent acts.'],
  ['channel subscribe backend --as gtp', 3, 'Did you mean "gpt"?'],
  [`${TO} generl`, 3, 'Did you mean "general"?'],
  ['send --type INFO --subject Hi --details x --from claude', 2, 'comms send needs --to.'],
])('%s is refused with %d', async (line, exit, part) => {
  const { comms } = testWorkspace();
  expect(await comms(line)).toMatchObject({ exit, out: '', err: expect.stringContaining(part) });
});
