import { join } from 'node:path';
import { parseConfig, readConfigText, readSettings } from './config.ts';
import { withValue } from './config-insert.ts';
import { CONFIG_FILE } from './layout.ts';
import { replaceLocked } from './replace-locked.ts';
import type { Settings } from './workspace.ts';

/** Whoever was killed in the middle of this leaves a lock that counts for 10 s; running it again waits for so long. */
const OUTLIVE_MS = 12_000;

/**
 * Names another store in config.json, which keeps its formatting; a workspace without one gets it. `beforeWrite` runs
 * when the file is locked, and may throw. @throws INVALID_CONFIG, LOCK_TIMEOUT
 */
export async function setStore(root: string, store: Settings['store'], beforeWrite: () => void = () => undefined): Promise<void> {
  const next = () => {
    const text = withStore(configText(root), store);
    parseConfig(text);
    beforeWrite();
    return text;
  };
  await replaceLocked(join(root, CONFIG_FILE), next, { giveUpMs: OUTLIVE_MS });
}

/** config.json, or what it would be for a workspace that has none. */
export function configText(root: string): string {
  return readConfigText(root) ?? `${JSON.stringify(readSettings(root).settings.raw, null, 2)}\n`;
}

/** The text of a config.json that names this store. */
export function withStore(text: string, store: Settings['store']): string {
  return withValue(text, ['store'], store);
}
