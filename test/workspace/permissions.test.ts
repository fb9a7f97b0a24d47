import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig, readSettings } from '../../src/workspace/config.ts';
import { addAgent } from '../../src/workspace/config-edit.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';

const settings = (config: object) =>
  settingsFrom(parseConfig(JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} }, ...config })));
const refusal = (config: object) => {
  try {
    settings(config);
  } catch (error) {
    return error;
  }
  return undefined;
};
const SEED = readFileSync(new URL('../../fixtures/orchestration/config.json', import.meta.url), 'utf8');

describe('permissions', () => {
  test('without any, nobody is restricted', () => {
    expect(settings({})).toMatchObject({
      permissions: {},
      communication: { enabled: true, mode: 'direct', detectsConflicts: true, isLogged: true },
    });
  });

  test('both names are merged, and aliases are resolved', () => {
    const { permissions } = settings({
      permissions: { codex: { can_send_to: ['claude', 'Codex'], allowed_types: ['query', 'context.query'] } },
      droid_permissions: { claude: { can_send_to: ['*'], max_urgency: 'high', allowed_senders: ['codex'] } },
    });
    expect(permissions).toEqual({
      gpt: { sendTo: ['claude', 'gpt'], broadcast: false, types: ['QUERY', 'context.query'] },
      claude: { broadcast: true, maxUrgency: 'high', senders: ['gpt'] },
    });
  });

  test.each([
    [{ permissions: { gpt: {} }, droid_permissions: { gpt: {} } }, '/droid_permissions/gpt'],
    [{ permissions: { gpt: {}, codex: {} } }, '/permissions/codex'],
  ])('%j: an agent that stands there twice is an error', (config, path) => {
    expect(refusal(config)).toMatchObject({ code: 'INVALID_CONFIG', details: { problems: [{ path, code: 'NAME_CLASH' }] } });
  });

  test.each([
    [{ permissions: { gpt: { max_urgency: 'urgent' } } }, '/permissions/gpt/max_urgency'],
    [{ droid_permissions: { gpt: { can_send_to: 'claude' } } }, '/droid_permissions/gpt/can_send_to'],
    [{ communication: { mode: 'silent' } }, '/communication/mode'],
    [{ communication: { urgency_limits: { gpt: 0 } } }, '/communication/urgency_limits/gpt'],
    [{ communication: { content_filters: ['('] } }, '/communication/content_filters/0'],
    [{ communication: { sensitive_patterns: { ticket: '[' } } }, '/communication/sensitive_patterns/ticket'],
  ])('%j is refused with its place', (config, path) => {
    expect(refusal(config)).toMatchObject({ code: 'INVALID_CONFIG', details: { problems: [expect.objectContaining({ path })] } });
  });
});

describe('messages a minute', () => {
  const minute = (config: object) => settings(config).rateLimits.minute;
  test('are those of the permissions and of urgency_limits, the smaller of the two', () => {
    expect(minute({})).toBeUndefined();
    expect(
      minute({ communication: { urgency_limits: { codex: 30, claude: 2 } }, permissions: { claude: { max_messages_per_minute: 6 } } }),
    ).toEqual({
      gpt: { capacity: 30, refillPerMs: 30 / 60_000 },
      claude: { capacity: 2, refillPerMs: 2 / 60_000 },
    });
  });
});

describe("the seed's configuration", () => {
  test('loads word for word, with the agents that it names', () => {
    const { agents, permissions, communication } = settingsFrom(parseConfig(SEED));
    expect(agents).toEqual(['frontend-developer', 'security-auditor', 'backend-architect', 'test-automator']);
    expect(permissions).toEqual({
      'frontend-developer': { sendTo: ['backend-architect', 'security-auditor', 'test-automator'], broadcast: false, maxUrgency: 'high' },
      'security-auditor': { broadcast: true, maxUrgency: 'critical' },
    });
    expect(communication).toMatchObject({
      enabled: true,
      mode: 'mediated',
      defaultTypes: ['QUERY', 'RESPONSE', 'COORDINATION'],
      maxPerPhase: 50,
      timeoutMinutes: 15,
      detectsConflicts: true,
      isLogged: true,
    });
  });

  test('also has those that have an inbox', () => {
    const root = workspace(SEED);
    writeFileSync(join(root, 'claude-inbox.md'), '# Claude Inbox\n');
    expect(readSettings(root).settings.agents).toEqual([
      'frontend-developer',
      'security-auditor',
      'backend-architect',
      'test-automator',
      'claude',
    ]);
  });

  test('registers whoever it names, wherever it does', () => {
    const config = {
      communication: { orchestrators: ['lead'], allowed_senders: ['*', 'lead', 'gpt'], urgency_limits: { claude: 3 } },
      permissions: { gpt: { can_send_to: ['*'], allowed_senders: ['gemini'] } },
    };
    expect(settingsFrom(parseConfig(JSON.stringify(config))).agents).toEqual(['gpt', 'gemini', 'lead', 'claude']);
  });

  test('registers them by name once another comes, and keeps the rest', async () => {
    const root = workspace(SEED);
    await addAgent(root, { name: 'claude' });
    const text = readFileSync(join(root, 'config.json'), 'utf8');
    expect(readSettings(root).settings.agents).toEqual([
      'frontend-developer',
      'security-auditor',
      'backend-architect',
      'test-automator',
      'claude',
    ]);
    expect(text).toContain('"can_send_to": ["backend-architect", "security-auditor", "test-automator"],');
    expect(JSON.parse(text)).toMatchObject(JSON.parse(SEED));
  });

  test('any other config without agents is still refused', () => {
    expect(() => parseConfig('{"version":"1.0"}')).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  });
});

function workspace(config: string): string {
  const root = mkdtempSync(join(tmpdir(), 'comms-permissions-'));
  writeFileSync(join(root, 'config.json'), config);
  return root;
}
