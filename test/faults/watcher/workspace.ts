import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openComms } from '../../../src/comms.ts';
import type { Comms } from '../../../src/core/api.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { figure } from '../figure.ts';
import { accountOf, idsOf } from './account.ts';
import type { WatcherProcess } from './process.ts';

/** What draws gaps; printed where something failed, and given again by COMMS_TEST_SEED. */
export const SEED = Number(process.env.COMMS_TEST_SEED ?? Date.now() % 1_000_000);

export const STORES = ['files', 'sqlite'] as const;
export type StoreName = (typeof STORES)[number];

export interface WatchedWorkspace {
  root: string;
  comms: Comms;
  /** Sends an INFO to gpt, and resolves with its id. */
  send: (subject?: string) => Promise<string>;
}

/** A workspace with gpt, whom a watcher watches for, and claude and gemini. */
export async function watchedWorkspace(store: StoreName): Promise<WatchedWorkspace> {
  const project = temporaryDirectory();
  const root = join(project, 'agent-comms');
  applyInit(planInit({ root, project, agents: ['claude', 'gpt', 'gemini'], store, at: new Date().toISOString() }));
  const comms = await openComms({ workspace: root });
  onTestFinished(() => comms.close());
  const send = async (subject = 'Comes') =>
    (await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'x' })).message.id;
  return { root, comms, send };
}

/**
 * Waits until the watcher knows of a last message, when it was told of all that it ever will be, and ends it: each message
 * came once, and no event contradicts those before it.
 */
export async function expectEachOnce(watcher: WatcherProcess, ids: readonly string[], last: string): Promise<void> {
  const expected = [...ids, last];
  await watcher.until(() => {
    const told = new Set([...idsOf(watcher.events, 'waiting'), ...idsOf(watcher.events, 'message')]);
    return expected.every((id) => told.has(id));
  }, `every one of ${expected.length} messages (seed ${SEED})`);
  await watcher.end();
  const { arrivals, removals, contradictions } = accountOf(watcher.events);
  expect({ contradictions, removals }, `seed ${SEED}`).toEqual({ contradictions: [], removals: [] });
  expect([...arrivals].sort(), `seed ${SEED}`).toEqual(expected.sort());
  figure('messages watched', arrivals.length);
}
