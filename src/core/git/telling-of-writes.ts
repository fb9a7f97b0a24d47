import type { Store } from '../../store/store.ts';

/** What changes files that git sees, each time that it is called. */
const WRITES = [
  'deliver',
  'claim',
  'complete',
  'extend',
  'release',
  'fail',
  'block',
  'unblock',
  'releaseHeld',
  'rejectHeld',
  'redrive',
  'purge',
  'restore',
  'archive',
  'setPresence',
  'subscribe',
  'unsubscribe',
  'addInbox',
  'removeInbox',
] as const satisfies readonly (keyof Store)[];

/** The same store, which calls `tell` after each write. `tell` may not throw. */
export function tellingOfWrites(store: Store, tell: () => void): Store {
  const told = Object.fromEntries(
    WRITES.map((verb) => {
      const call = store[verb] as (...args: unknown[]) => Promise<unknown>;
      return [
        verb,
        async (...args: unknown[]) => {
          const answer = await call(...args);
          tell();
          return answer;
        },
      ];
    }),
  ) as Pick<Store, (typeof WRITES)[number]>;
  return {
    ...store,
    ...told,
    // Who watches sweeps all the time, and mostly there is nothing.
    async sweep(request) {
      const swept = await store.sweep(request);
      if (swept.leases.length + swept.expired.length > 0) tell();
      return swept;
    },
    async check(options) {
      const checked = await store.check(options);
      if (checked.fixed.length > 0) tell();
      return checked;
    },
  };
}
