import { expect } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import type { StoreOptions } from '../../../src/store/options.ts';
import type { Copy, Draft, Store } from '../../../src/store/store.ts';

export interface Fixture {
  store: Store;
  /** A second store on the same data, where the driver shares it between processes; else the same store. */
  other: Store;
  dispose(): Promise<void>;
}

/** What the suite's drivers are opened with: a clock that the test moves, and small limits. */
export function testOptions(): StoreOptions & { tick(ms: number): void } {
  let now = Date.parse('2026-01-17T12:00:00.000Z');
  let uids = 0;
  const salt = Math.random().toString(36).slice(2, 8);
  return {
    agents: ['claude', 'gpt', 'gemini'],
    rules: {
      groups: { reviewers: ['gpt', 'gemini'] },
      offlineAfterMs: 600_000,
      leaseMs: 60_000,
      maxAttempts: 3,
      riseAfterMs: 3_600_000,
      archiveAbove: 0,
      archiveKeep: 2,
      rotateAboveBytes: 0,
    },
    clock: () => now,
    newUid: () => `u${salt}-${++uids}`,
    tick: (ms) => {
      now += ms;
    },
  };
}

export function draftOf(options: StoreOptions, change: Partial<Draft> = {}): Draft {
  return {
    timestamp: new Date(options.clock()).toISOString(),
    sender: 'claude',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: 'Something',
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    uid: options.newUid(),
    ...change,
  };
}

export type TestOptions = ReturnType<typeof testOptions>;

/** The stores of the test that runs, and what most cases do with them. */
export interface Suite {
  readonly store: Store;
  readonly other: Store;
  readonly options: TestOptions;
  /** Moves the clock of the stores on, in ms. */
  tick(ms: number): void;
  /** From claude to gpt, if nothing else is said. */
  deliver(change?: Partial<Draft>, recipients?: string[]): Promise<Message>;
  /** The one copy of the message in this inbox, gpt's by default. */
  only(id: string, inbox?: string): Promise<Copy>;
  /** The code with which something is refused. */
  refusal(promise: Promise<unknown>): Promise<unknown>;
}

/** `current` answers with the fixture of the test that runs. */
export function suiteOver(current: () => { fixture: Fixture; options: TestOptions }): Suite {
  const deliver: Suite['deliver'] = async (change = {}, recipients = ['gpt']) => {
    const { fixture, options } = current();
    return (await fixture.store.deliver({ draft: draftOf(options, change), recipients })).message;
  };
  return {
    get store() {
      return current().fixture.store;
    },
    get other() {
      return current().fixture.other;
    },
    get options() {
      return current().options;
    },
    tick: (ms) => current().options.tick(ms),
    deliver,
    async only(id, inbox = 'gpt') {
      const copies = (await current().fixture.store.find(id)).filter((copy) => copy.inbox === inbox);
      expect(copies).toHaveLength(1);
      return copies[0] as Copy;
    },
    refusal: (promise) =>
      promise.then(
        () => 'nothing was refused',
        (error: { code?: string }) => error.code,
      ),
  };
}
