import { expect, test } from 'vitest';
import { agentOf } from '../../src/core/agents.ts';
import { checkWorkspace } from '../../src/core/check.ts';
import { listAgents } from '../../src/core/presence.ts';
import { send } from '../../src/core/send.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { bug, info, refusal, testContext } from './context.ts';

test('lists the registered agents with what they say and what waits for them', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, bug());
  await ctx.store.claim({ agent: 'gpt' });
  await ctx.store.setPresence('gpt', { status: 'active', currentTask: 'msg-002' });
  expect(await listAgents(ctx)).toMatchObject([
    { name: 'claude', description: 'Tests', aliases: [], status: 'idle', current_task: null, messages_pending: 0 },
    { name: 'gpt', aliases: ['codex'], status: 'active', current_task: 'msg-002', messages_pending: 1, messages_in_progress: 1 },
    { name: 'gemini', aliases: [], messages_pending: 0 },
  ]);
});

test.each([
  ['gpt', 'gpt'],
  ['Codex', 'gpt'],
])('%s is %s', (name, agent) => {
  expect(agentOf(testContext(), name)).toBe(agent);
});

test('an alias of nobody registered is unknown', async () => {
  const ctx = testContext({ aliases: { old: 'gone' } });
  await refusal(() => agentOf(ctx, 'old'), 'UNKNOWN_AGENT');
});

test('the check tells of a lonely agent and of slips in config.json', async () => {
  const raw = { version: '1.0' as const, agents: { claude: {} }, archve: {}, limits: { max_atempts: 5, own: 1 }, groups: {} };
  const { problems } = await checkWorkspace(testContext({ agents: ['claude'], raw }));
  expect(problems.map(({ severity, code, path, hint }) => [severity, code, path, hint])).toEqual([
    ['warning', 'FEW_AGENTS', '/agents', expect.stringContaining('comms agents add')],
    ['warning', 'UNKNOWN_KEY', '/archve', 'Did you mean "archive"?'],
    ['warning', 'UNKNOWN_KEY', '/limits/max_atempts', 'Did you mean "max_attempts"?'],
  ]);
});

test('the check tells of slips in limits, which would then limit nobody', async () => {
  const rate = { messages: 1, per: '1m' };
  const raw = {
    version: '1.0' as const,
    agents: { claude: {}, gpt: { aliases: ['codex'] } },
    rate_limits: { senders: rate, agents: { gtp: rate, codex: rate } },
    presence: { stale_atfer: '1m' },
  };
  const { problems } = await checkWorkspace(testContext(settingsFrom(raw)));
  expect(problems.map(({ severity, code, path, hint }) => [severity, code, path, hint])).toEqual([
    ['warning', 'UNKNOWN_KEY', '/rate_limits/senders', 'Did you mean "sender"?'],
    ['warning', 'UNKNOWN_KEY', '/presence/stale_atfer', 'Did you mean "stale_after"?'],
    ['warning', 'UNKNOWN_AGENT', '/rate_limits/agents/gtp', 'Did you mean "gpt"?'],
  ]);
});

test('the check tells of slips in permissions, which would then allow what they were to forbid', async () => {
  const raw = {
    version: '1.0' as const,
    agents: { claude: {}, gpt: {} },
    permissions: { claude: { can_sendto: [] }, __proto_: { can_send_to: ['gtp'] }, gemini: {} },
    droid_permissions: { gpt: { can_broadcst: false } },
  };
  const { problems } = await checkWorkspace(testContext(settingsFrom(raw)));
  expect(problems.map(({ code, path, hint }) => [code, path, hint])).toEqual([
    ['UNKNOWN_KEY', '/permissions/claude/can_sendto', 'Did you mean "can_send_to"?'],
    ['UNKNOWN_AGENT', '/permissions/__proto_', 'Take it out: no agent can have this name.'],
    ['UNKNOWN_AGENT', '/permissions/__proto_/can_send_to', 'Did you mean "gpt"?'],
    ['UNKNOWN_AGENT', '/permissions/gemini', 'Run "comms agents add gemini" to register it.'],
    ['UNKNOWN_KEY', '/droid_permissions/gpt/can_broadcst', 'Did you mean "can_broadcast"?'],
  ]);
});

test('the check has nothing against a plain workspace', async () => {
  expect(await checkWorkspace(testContext())).toEqual({ problems: [], fixed: [] });
});
