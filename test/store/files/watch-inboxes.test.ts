import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { draftOf, testOptions } from '../conformance.ts';

const options = testOptions();
let stop: AbortController;
let root: string;
let store: Store;
let listings = 0;

beforeEach(async () => {
  stop = new AbortController();
  root = mkdtempSync(path.join(tmpdir(), 'comms-watch-inboxes-'));
  store = createFilesStore({ ...options, root });
  for (const agent of options.agents) await store.addInbox(agent);
});
afterEach(async () => {
  stop.abort();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

test('who watches one inbox is told of it, its dead letters too, and does not look when others get something', async () => {
  const readdirSync = ((...args: Parameters<typeof nodeFileSystem.readdirSync>) => {
    listings += 1;
    return nodeFileSystem.readdirSync(...args);
  }) as typeof nodeFileSystem.readdirSync;
  const watched = createFilesStore({ ...options, root, fs: { ...nodeFileSystem, readdirSync } });
  const told: string[] = [];
  const watching = watched.watch({
    inboxes: ['gpt'],
    signal: stop.signal,
    onEvent: (event) => told.push('message' in event ? `${event.event} ${event.inbox} ${event.section}` : event.event),
  });
  await vi.waitFor(() => expect(told).toEqual(['ready']));
  // Past the second look that follows `ready`; the next poll is far.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = listings;
  for (let n = 0; n < 5; n += 1) await store.deliver({ draft: draftOf(options), recipients: ['claude'] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(listings - before).toBe(0);

  const { message } = await store.deliver({ draft: draftOf(options), recipients: ['gpt'] });
  await vi.waitFor(() => expect(told).toEqual(['ready', 'message gpt active']));
  await store.claim({ agent: 'gpt', id: message.id });
  await store.fail({ agent: 'gpt', id: message.id, error: 'x', reject: true });
  await vi.waitFor(() => expect(told.at(-1)).toBe('status gpt dead'));
  stop.abort();
  await watching;
  await watched.close();
});

test('a directory that cannot be read for a while is said once, and what came meanwhile is told afterwards', async () => {
  let broken = false;
  const readdirSync = ((...args: Parameters<typeof nodeFileSystem.readdirSync>) => {
    if (broken) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    return nodeFileSystem.readdirSync(...args);
  }) as typeof nodeFileSystem.readdirSync;
  const watched = createFilesStore({ ...options, root, fs: { ...nodeFileSystem, readdirSync } });
  const told: string[] = [];
  const watching = watched.watch({
    signal: stop.signal,
    onEvent: (event) => told.push(event.event === 'error' ? event.error : event.event),
  });
  await vi.waitFor(() => expect(told).toEqual(['ready']));
  broken = true;
  await store.deliver({ draft: draftOf(options), recipients: ['gpt'] });
  // Longer than the poll takes to come by twice.
  await new Promise((resolve) => setTimeout(resolve, 3_300));
  expect(told).toEqual(['ready', expect.stringContaining('EACCES')]);
  broken = false;
  await vi.waitFor(() => expect(told.at(-1)).toBe('message'), { timeout: 4_000 });
  expect(told).toHaveLength(3);
  stop.abort();
  await watching;
  await watched.close();
}, 15_000);
