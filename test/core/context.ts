import { expect } from 'vitest';
import type { CoreContext, SendRequest } from '../../src/core/context.ts';
import { preview } from '../../src/core/send.ts';
import { CommsError, type ErrorCode } from '../../src/errors.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import type { Copy, Draft } from '../../src/store/store.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import type { Settings } from '../../src/workspace/workspace.ts';

export interface TestContext extends CoreContext {
  /** Moves the clock on by so many ms. */
  tick(ms: number): void;
  /** How often `store.list` was called. */
  lists(): number;
}

export const START = Date.parse('2026-01-17T12:00:00.000Z');

/** A workspace in memory of claude, gpt (alias codex) and gemini, with a clock that the test moves. */
export function testContext(change: Partial<Settings> = {}, parts: Partial<CoreContext> = {}): TestContext {
  let now = START;
  let uids = 0;
  let lists = 0;
  const settings: Settings = {
    ...settingsFrom({ version: '1.0', agents: { claude: { description: 'Tests' }, gpt: { aliases: ['codex'] }, gemini: {} } }),
    leaseMs: 60_000,
    ...change,
  };
  const clock = () => now;
  const newUid = () => `u-${++uids}`;
  const store = createMemoryStore({ agents: settings.agents, rules: settings, clock, newUid });
  return {
    store: {
      ...store,
      list: (query) => {
        lists += 1;
        return store.list(query);
      },
    },
    workspace: { root: '/repo/agent-comms', reason: 'a test', settings },
    clock,
    newUid,
    ...parts,
    tick: (ms) => {
      now += ms;
    },
    lists: () => lists,
  };
}

export function info(change: Partial<SendRequest> = {}): SendRequest {
  return { from: 'claude', to: ['gpt'], type: 'INFO', subject: 'Something', details: 'Something happened.', ...change };
}

export function bug(change: Partial<SendRequest> = {}): SendRequest {
  return {
    ...info({ type: 'BUG_REPORT', subject: 'Login fails' }),
    context: { reproduction_steps: 'Log in.', expected: 'In', actual: 'Out' },
    ...change,
  };
}

/** What `send` would make of the request, in the inbox of a group. */
export async function sendToGroup(ctx: CoreContext, group: string, request: SendRequest): Promise<void> {
  const { id: _, recipient: __, ...draft } = (await preview(ctx, request)).message;
  await ctx.store.deliver({ draft: draft as Draft, recipients: [group] });
}

/** The error that `act` ends in, which has this code. */
export async function refusal(act: () => unknown, code: ErrorCode): Promise<CommsError> {
  const outcome = await (async () => act())().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(CommsError);
  expect(outcome).toMatchObject({ code });
  return outcome as CommsError;
}

/** Refused, with an error that says what next, and nothing new in any inbox. */
export async function refusedWithoutEffect(ctx: CoreContext, act: () => unknown, code: ErrorCode): Promise<CommsError> {
  const before = await everything(ctx);
  const error = await refusal(act, code);
  expect(error.hint).toBeTruthy();
  expect(await everything(ctx)).toEqual(before);
  return error;
}

export function everything({ store }: CoreContext): Promise<Copy[]> {
  return store.list({ sections: ['active', 'archived', 'held', 'dead'] });
}
