import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bug, info, refusal } from './context.ts';
import { filesContext } from './files-context.ts';

const toChannel = (channel: string, from = 'claude') => {
  const { to: _, ...request } = info({ from, channel });
  return request;
};

test('a message to a channel goes to each subscriber but the sender, with the channel as its label', async () => {
  const { comms, root } = await filesContext();
  for (const agent of ['claude', 'codex', 'gemini']) expect(await comms.subscribe({ channel: 'backend', agent })).toBe(true);
  const { message, deliveries } = await comms.send(toChannel('backend'));
  expect(deliveries).toEqual([
    { recipient: 'gpt', outcome: 'delivered' },
    { recipient: 'gemini', outcome: 'delivered' },
  ]);
  expect(message).toMatchObject({ recipient: 'gpt', channel: 'backend', metadata: { recipients: ['gpt', 'gemini'] } });
  expect(await comms.store.list({ inboxes: ['claude', 'mistral'] })).toEqual([]);
  expect(JSON.parse(readFileSync(join(root, 'channels.json'), 'utf8')).channels.backend).toHaveProperty('gpt');
});

test('everybody reads general until they leave it', async () => {
  const { comms } = await filesContext();
  expect(await comms.unsubscribe({ channel: 'general', agent: 'gpt' })).toBe(true);
  const { deliveries } = await comms.send(toChannel('general'));
  expect(deliveries.map(({ recipient }) => recipient)).toEqual(['gemini', 'mistral']);
  const [general] = await comms.channels();
  expect(general).toEqual({ channel: 'general', subscribers: [{ agent: 'claude' }, { agent: 'gemini' }, { agent: 'mistral' }] });
});

test('nothing goes where nobody looks', async () => {
  const { comms } = await filesContext();
  await comms.subscribe({ channel: 'backend', agent: 'claude' });
  const unread = await refusal(() => comms.send(toChannel('bakend')), 'UNKNOWN_CHANNEL');
  expect(unread).toMatchObject({ exitCode: 3, hint: expect.stringContaining('Did you mean "backend"?') });
  expect(unread.hint).toContain('comms channel subscribe bakend --as NAME');
  const alone = await refusal(() => comms.send(toChannel('backend')), 'UNKNOWN_CHANNEL');
  expect(alone.message).toBe('Nobody but claude reads the channel "backend"; nothing was sent.');
  expect(await comms.store.list()).toEqual([]);
});

test.each(['Backend', '-x', 'a b', '', 'x'.repeat(65), '../up'])('a channel cannot be called %j', async (channel) => {
  const { comms } = await filesContext();
  await refusal(() => comms.subscribe({ channel, agent: 'gpt' }), 'INVALID_NAME');
  await refusal(() => comms.unsubscribe({ channel, agent: 'gpt' }), 'INVALID_NAME');
  await refusal(() => comms.send(toChannel(channel)), 'INVALID_NAME');
});

test('the hint names a name that would do', async () => {
  const { comms } = await filesContext();
  const { hint } = await refusal(() => comms.subscribe({ channel: 'Front End', agent: 'gpt' }), 'INVALID_NAME');
  expect(hint).toContain('Try "front-end".');
});

test('beside a recipient a channel is only a label, whoever reads it', async () => {
  const { comms } = await filesContext();
  const { deliveries, message } = await comms.send({ ...toChannel('quiet'), to: ['gpt'] });
  expect(deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered' }]);
  expect(message.channel).toBe('quiet');
});

test('a whole message without a recipient goes to its channel, in the dialect of the broker, too', async () => {
  const { comms } = await filesContext();
  await comms.subscribe({ channel: 'backend', agent: 'gpt' });
  const native = { sender: 'claude', type: 'INFO', subject: 'S', content: { details: 'D' }, channel: 'backend' };
  const broker = { from_agent: 'claude', type: 'INFO', channel: 'backend', payload: { details: 'D' }, subject: 'S' };
  for (const message of [native, broker]) {
    expect((await comms.sendJson(JSON.stringify(message))).deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered' }]);
  }
  const { channel: _, ...nowhere } = native;
  await refusal(() => comms.sendJson(JSON.stringify(nowhere)), 'INVALID_MESSAGE');
});

test('of a stream over several channels the most urgent is taken first, and an old low one in bounded time', async () => {
  const { comms, tick } = await filesContext();
  for (const channel of ['backend', 'ops', 'docs']) await comms.subscribe({ channel, agent: 'gpt' });
  const low = (await comms.send({ ...toChannel('docs'), priority: 'low' })).message.id;
  const rise = comms.workspace.settings.riseAfterMs;
  for (let hour = 0; ; hour += 1) {
    expect(hour).toBeLessThan(5);
    await comms.send({ ...toChannel('backend'), priority: 'high' });
    const urgent = await comms.send({ ...toChannel('ops'), priority: 'critical' });
    const next = async () => {
      const { message } = await comms.claim({ agent: 'gpt' });
      return (await comms.complete({ agent: 'gpt', id: message.id })).message;
    };
    expect((await next()).id).toBe(urgent.message.id);
    const message = await next();
    if (message.id === low) break;
    expect(message.priority).toBe('high');
    tick(rise);
  }
});

test('a repeated key for somebody else is a duplicate that says so', async () => {
  const { comms } = await filesContext();
  const first = await comms.send(bug({ idempotencyKey: 'k' }));
  const same = await comms.send(bug({ idempotencyKey: 'k' }));
  const other = await comms.send(bug({ idempotencyKey: 'k', to: ['gpt', 'gemini'] }));
  expect(first.warnings).toEqual([]);
  expect(same).toMatchObject({ deliveries: [{ recipient: 'gpt', outcome: 'duplicate' }], warnings: [] });
  expect(other.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
  expect(other.warnings).toEqual(['The idempotency key "k" stands for msg-001, which went to gpt; nothing went to gemini.']);
  expect(await comms.store.list({ inboxes: ['gemini'] })).toEqual([]);
});
