import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

/** One process of processes.test.ts. Answers line by line on stdout, which is written before the next step begins. */
const [root = '', task = '', name = '', count = '0'] = process.argv.slice(2);
let uids = 0;
const store = await createSqliteStore({
  root,
  synchronous: 'NORMAL',
  busyTimeoutMs: 30_000,
  agents: ['claude', 'gpt', 'gemini'],
  rules: {
    groups: {},
    offlineAfterMs: 600_000,
    leaseMs: 60_000,
    maxAttempts: 3,
    riseAfterMs: 3_600_000,
    archiveAbove: 50,
    archiveKeep: 20,
    rotateAboveBytes: 0,
  },
  clock: Date.now,
  newUid: () => `${name}-${process.pid}-${++uids}`,
});
const tasks: Record<string, () => Promise<void>> = { send, handle, watch };
await tasks[task]?.();
await store.close();

async function send(): Promise<void> {
  for (let n = 0; n < Number(count); n++) {
    const { message } = await store.deliver({
      draft: {
        timestamp: new Date().toISOString(),
        sender: 'claude',
        type: 'INFO',
        priority: 'medium',
        status: 'PENDING',
        subject: `${name}/${n}`,
        content: { details: 'x'.repeat(400), context: {}, attachments: [] },
        references: [],
        requires_response: false,
        uid: `${name}-${n}`,
      },
      recipients: n % 5 === 0 ? ['gpt', 'gemini'] : ['gpt'],
    });
    say(message.id);
  }
}

async function handle(): Promise<void> {
  for (let done = 0; done < Number(count); ) {
    try {
      const { message } = await store.claim({ agent: name });
      await store.complete({ agent: name, id: message.id, token: String(message.delivery?.lease_token) });
      say(message.id);
      done += 1;
    } catch (error) {
      if ((error as { code?: string }).code !== 'NOTHING_TO_CLAIM') throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function watch(): Promise<void> {
  const stop = new AbortController();
  let seen = 0;
  await store.watch({
    signal: stop.signal,
    onEvent(event) {
      say(JSON.stringify({ ...event, at: Date.now() }));
      if (event.event !== 'ready' && event.event !== 'waiting' && ++seen >= Number(count)) stop.abort();
    },
  });
}

/** Synchronous, so that what was said has been acknowledged before a kill. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
