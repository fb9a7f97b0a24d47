import { expect, test } from 'vitest';
import { checkWorkspace } from '../../src/core/check.ts';
import { info, refusal } from './context.ts';
import { filesContext } from './files-context.ts';

const toReviewers = (change = {}) => info({ to: ['reviewers'], ...change });

test('a message to a group lies in its shared inbox, and the sender may be a member', async () => {
  const { comms } = await filesContext();
  expect((await comms.send(toReviewers())).message.recipient).toBe('reviewers');
  await comms.send(toReviewers({ from: 'gpt', to: ['REVIEWERS', 'claude'] }));
  expect((await comms.store.list({ inboxes: ['reviewers'] })).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-002']);
});

test('an unknown name is refused with the nearest of agents, aliases and groups', async () => {
  const { comms } = await filesContext();
  const { hint } = await refusal(() => comms.send(toReviewers({ to: ['reviewer'] })), 'UNKNOWN_AGENT');
  expect(hint).toContain('Did you mean "reviewers"?');
  expect((await refusal(() => comms.send(toReviewers({ to: ['codexx'] })), 'UNKNOWN_AGENT')).hint).toContain('"codex"');
});

test('the inbox of a member holds what its groups have, by urgency, and tells whose it is', async () => {
  const { comms } = await filesContext();
  await comms.send(info({ priority: 'medium' }));
  await comms.send(toReviewers({ priority: 'high' }));
  await comms.send(toReviewers({ priority: 'low' }));
  const { messages, places, total } = await comms.inbox({ agent: 'codex' });
  expect(messages.map(({ id }) => id)).toEqual(['msg-002', 'msg-001', 'msg-003']);
  expect(places).toEqual([
    { inbox: 'reviewers', section: 'active', file: 'reviewers-inbox.md' },
    { inbox: 'gpt', section: 'active', file: 'gpt-inbox.md' },
    { inbox: 'reviewers', section: 'active', file: 'reviewers-inbox.md' },
  ]);
  expect(total).toBe(3);
  expect((await comms.inbox({ agent: 'mistral' })).total).toBe(0);
});

test('whoever of the group claims has it; track says who, and what the members answered', async () => {
  const { comms } = await filesContext();
  const { message } = await comms.send(toReviewers({ type: 'QUERY', requiresResponse: true }));
  await comms.claim({ agent: 'gemini' });
  await refusal(() => comms.claim({ agent: 'gpt', id: message.id }), 'ALREADY_CLAIMED');
  await refusal(() => comms.complete({ agent: 'gpt', id: message.id }), 'ALREADY_CLAIMED');
  expect((await comms.track({ id: message.id })).deliveries).toMatchObject([
    { recipient: 'reviewers', outcome: 'delivered', status: 'IN_PROGRESS', claimed_by: 'gemini', replies: [] },
  ]);
  const answer = await comms.reply({ id: message.id, from: 'gemini', details: 'Fine.', done: true });
  expect(answer.message.recipient).toBe('claude');
  expect((await comms.track({ id: message.id, agent: 'gpt' })).deliveries).toMatchObject([
    { recipient: 'reviewers', status: 'COMPLETED', claimed_by: 'gemini', replies: [answer.message.id] },
  ]);
});

test('a message to a member and to its group is two copies; own work first, then the shared', async () => {
  const { comms } = await filesContext();
  const { message } = await comms.send(info({ to: ['gpt', 'reviewers'] }));
  expect((await comms.inbox({ agent: 'gpt' })).places.map(({ inbox }) => inbox)).toEqual(['gpt', 'reviewers']);
  expect((await comms.read({ id: message.id, agent: 'gemini' })).place.inbox).toBe('reviewers');
  for (const inbox of ['gpt', 'reviewers']) {
    expect((await comms.claim({ agent: 'gpt' })).inbox).toBe(inbox);
    expect((await comms.complete({ agent: 'gpt', id: message.id })).inbox).toBe(inbox);
  }
});

test('wait, watch, reply and ack see what comes for a group', async () => {
  const { comms } = await filesContext();
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = comms.watch({
    agent: 'gemini',
    signal: stop.signal,
    onEvent: (event) => seen.push('message' in event ? `${event.event} ${event.inbox} ${event.message.id}` : event.event),
  });
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['ready']);
  const waiting = comms.wait({ agent: 'gpt', timeoutMs: 20_000 });
  await comms.send(info({ to: ['mistral'] }));
  await comms.send(toReviewers());
  expect((await waiting).id).toBe('msg-002');
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['ready', 'message reviewers msg-002']);
  stop.abort();
  await watching;
  expect((await comms.ack({ id: 'msg-002', from: 'gpt' })).message.recipient).toBe('claude');
  await refusal(() => comms.ack({ id: 'msg-002', from: 'mistral' }), 'MESSAGE_NOT_FOUND');
});

test('a bounce of a group is no problem of the workspace, and can be answered', async () => {
  const { comms } = await filesContext();
  const { message } = await comms.send(toReviewers({ type: 'QUERY', requiresResponse: true }));
  await comms.store.fail({ agent: 'gpt', id: message.id, error: 'no disk', reject: true });
  const [bounce] = (await comms.inbox({ agent: 'claude' })).messages;
  expect(bounce).toMatchObject({ sender: 'reviewers', type: 'INFO' });
  expect((await comms.check()).problems).toEqual([]);
  expect((await comms.reply({ id: bounce?.id ?? '', from: 'claude', details: 'Try again.' })).message.recipient).toBe('reviewers');
});

test('the groups are listed with their members and what waits for them', async () => {
  const { comms } = await filesContext();
  await comms.send(toReviewers());
  expect(await comms.groups()).toMatchObject([
    { name: 'reviewers', description: 'reads every change', members: ['gpt', 'gemini'], messages_pending: 1, messages_processed: 0 },
  ]);
});

test('a member that is not registered is a problem with a hint, and so is a group that nobody reads', async () => {
  const groups = { reviewers: { members: ['gpt', 'gemin'] }, idle: { members: [] } };
  const { comms } = await filesContext({ version: '1.0', agents: { gpt: {}, gemini: {} }, groups });
  const { problems } = await checkWorkspace(comms.context);
  expect(problems).toMatchObject([
    { severity: 'error', code: 'UNKNOWN_AGENT', path: '/groups/reviewers/members/1', hint: 'Did you mean "gemini"?' },
    { severity: 'warning', code: 'EMPTY_GROUP', path: '/groups/idle/members' },
  ]);
});
