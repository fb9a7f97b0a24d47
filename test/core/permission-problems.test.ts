import { describe, expect, test } from 'vitest';
import { permissionProblems } from '../../src/core/permission-problems.ts';
import { parseConfig } from '../../src/workspace/config.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';

const AGENTS = { claude: {}, gpt: { aliases: ['codex'] } };
const problemsOf = (config: object) =>
  permissionProblems(
    settingsFrom(parseConfig(JSON.stringify({ version: '1.0', agents: AGENTS, groups: { team: { members: ['gpt'] } }, ...config }))),
  ).map(({ severity, code, path, hint }) => [severity, code, path, hint]);

test('what everybody can mean is no problem', () => {
  const permissions = { claude: { can_send_to: ['codex', 'team', '*'], allowed_types: ['query', 'context.query'], can_broadcast: false } };
  const communication = {
    orchestrators: ['codex'],
    allowed_receivers: ['team'],
    default_channels: ['query'],
    urgency_limits: { codex: 1 },
  };
  expect(problemsOf({ permissions, communication })).toEqual([]);
  // An agent that only reads.
  expect(problemsOf({ permissions: { claude: { can_send_to: [], allowed_senders: [] } } })).toEqual([]);
});

describe('is told of', () => {
  test.each<[string, object, string, string, string]>([
    ['an agent', { permissions: { cluade: {} } }, 'UNKNOWN_AGENT', '/permissions/cluade', 'Did you mean "claude"?'],
    [
      'a group, which has no permissions',
      { permissions: { team: {} } },
      'UNKNOWN_AGENT',
      '/permissions/team',
      'Run "comms agents add team"',
    ],
    ['a key', { droid_permissions: { gpt: { can_sendto: [] } } }, 'UNKNOWN_KEY', '/droid_permissions/gpt/can_sendto', 'can_send_to'],
    ['a recipient', { permissions: { gpt: { can_send_to: ['cluade'] } } }, 'UNKNOWN_AGENT', '/permissions/gpt/can_send_to', 'claude'],
    ['a type', { permissions: { gpt: { allowed_types: ['qeury'] } } }, 'UNKNOWN_TYPE', '/permissions/gpt/allowed_types', 'query'],
    ['who decides', { communication: { orchestrators: ['leda'] } }, 'UNKNOWN_AGENT', '/communication/orchestrators', 'leda'],
    ['a limit', { communication: { urgency_limits: { gtp: 1 } } }, 'UNKNOWN_AGENT', '/communication/urgency_limits', 'gpt'],
    ['no types', { permissions: { gpt: { allowed_types: [] } } }, 'EMPTY_LIST', '/permissions/gpt/allowed_types', 'Take it out'],
    ['no senders', { communication: { allowed_senders: [] } }, 'EMPTY_LIST', '/communication/allowed_senders', 'Take it out'],
    ['no receivers', { communication: { allowed_receivers: [] } }, 'EMPTY_LIST', '/communication/allowed_receivers', 'Take it out'],
    ['no channels', { communication: { default_channels: [] } }, 'EMPTY_LIST', '/communication/default_channels', 'Take it out'],
    [
      'no messages',
      { communication: { max_messages_per_phase: 0 } },
      'NO_MESSAGES',
      '/communication/max_messages_per_phase',
      'Take it out',
    ],
  ])('%s', (_, config, code, path, hint) => {
    expect(problemsOf(config)).toEqual([['warning', code, path, expect.stringContaining(hint)]]);
  });
});
