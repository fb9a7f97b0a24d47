import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { draftOf, testOptions } from '../conformance.ts';

// A file system that tells nothing, as network mounts do: only the process's own word is left, and a poll at 1.5 s.
vi.mock('chokidar', () => ({
  watch: () => ({
    on() {},
    once: (event: string, listener: () => void) => event === 'ready' && setImmediate(listener),
    close: async () => undefined,
  }),
}));

const options = testOptions();
let root: string;
const open: Store[] = [];
const stop = new AbortController();
const storeAt = (at: string) => {
  const store = createFilesStore({ ...options, root: at, fs: { ...nodeFileSystem } });
  open.push(store);
  return store;
};
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'comms-wake-'));
  for (const agent of options.agents) await storeAt(root).addInbox(agent);
});
afterEach(async () => {
  stop.abort();
  for (const store of open.splice(0)) await store.close();
  rmSync(root, { recursive: true, force: true });
});

test('a write wakes the watchers of other stores of this process at once, by whatever path they know the workspace', async () => {
  const link = `${root}-link`;
  symlinkSync(root, link);
  const events: string[] = [];
  const watching = storeAt(link).watch({ signal: stop.signal, onEvent: ({ event }) => events.push(event) });
  await vi.waitFor(() => expect(events).toEqual(['ready']), { interval: 1 });
  // Past the second look that follows `ready`, which would find the message too.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begun = performance.now();
  const { message } = await storeAt(root).deliver({ draft: draftOf(options), recipients: ['gpt'] });
  await vi.waitFor(() => expect(events).toEqual(['ready', 'message']), { timeout: 1_000, interval: 1 });
  await storeAt(root).claim({ agent: 'gpt', id: message.id });
  await vi.waitFor(() => expect(events).toEqual(['ready', 'message', 'status']), { timeout: 1_000, interval: 1 });
  expect(performance.now() - begun).toBeLessThan(1_200);
  stop.abort();
  await watching;
  rmSync(link);
});
