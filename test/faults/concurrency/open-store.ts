import { randomUUID } from 'node:crypto';
import { openStoreNamed, type StoreName } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { settingsFrom } from '../../../src/workspace/settings.ts';

export const AGENTS = ['gpt', 'gemini'];
/** Where messages go: to an agent that several processes are, and to a group whose members compete. */
export const INBOXES = ['gpt', 'gemini', 'reviewers'];

/** The store of a race, as each of its processes opens it. */
export async function openRaced(
  name: StoreName,
  root: string,
  { maxAttempts, clock }: { maxAttempts: number; clock: () => number },
): Promise<Store> {
  const settings = settingsFrom({
    version: '1.0',
    store: name,
    agents: { claude: {}, gpt: {}, gemini: {} },
    groups: { reviewers: { members: AGENTS } },
    limits: { max_attempts: maxAttempts },
    archive: { above: 20, keep: 5 },
    sqlite: { busy_timeout: '60s' },
  });
  return openStoreNamed(name, { root, settings, clock, newUid: () => randomUUID().replaceAll('-', '') });
}
