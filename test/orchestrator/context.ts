import { filesOf } from '../../src/orchestrator/conflicts/work.ts';
import type { CheckContext } from '../../src/orchestrator/verdict.ts';
import { parseConfig } from '../../src/workspace/config.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';

export const NOW = Date.parse('2026-01-17T12:00:00.000Z');

/** What the rules know of a plain INFO from claude to gpt, in a workspace with this config. */
export function checkContext(change: Partial<CheckContext> = {}, config: object = {}): CheckContext {
  const settings = settingsFrom(
    parseConfig(JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} }, ...config })),
  );
  const { sender = 'claude', recipients = ['gpt'], message } = change;
  return {
    mode: settings.communication.mode,
    now: NOW,
    permissions: settings.permissions,
    communication: settings.communication,
    agents: settings.agents,
    aliases: settings.aliases,
    groups: settings.groups,
    files: filesOf(change.message ?? aMessage()),
    reservations: [],
    waits: [],
    sensitive: [],
    allowSensitive: false,
    levels: [],
    ...change,
    sender,
    recipients,
    message: message ?? aMessage({ sender, recipient: recipients[0] ?? 'gpt' }),
  };
}

/** A message as its recipient would read it. */
export function aMessage(change: Partial<CheckContext['message']> = {}): CheckContext['message'] {
  return {
    id: 'msg-000',
    timestamp: '2026-01-17T12:00:00.000Z',
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: 'Something',
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    ...change,
  };
}
