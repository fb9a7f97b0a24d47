import type { StoreRules } from './session.ts';

/** What every driver is opened with. */
export interface StoreOptions {
  /** The registered agents; each has an inbox. */
  agents: readonly string[];
  rules: StoreRules;
  /** ms since the epoch. */
  clock: () => number;
  /** A fresh unique string. */
  newUid: () => string;
  /** Told, once each, of what reading had to leave out because it cannot be read. */
  warn?: ((message: string) => void) | undefined;
}
