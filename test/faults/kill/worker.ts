import { randomUUID } from 'node:crypto';
import fs, { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { randomFrom } from '../../../src/cli/simulate/random.ts';
import { CommsError } from '../../../src/errors.ts';
import type { Copy } from '../../../src/store/store.ts';
import { deadlyFileSystem } from './deadly-file-system.ts';
import { openStore } from './open-store.ts';
import { AGENTS, type Called, type CopyState, draftOf, type OperationName, type Plan, type Said, stateOf } from './protocol.ts';

/** A process that is killed: it waits for its plan, and says what it calls and what was acknowledged, unbuffered. */
const say = (line: Said) => fs.writeSync(1, `${JSON.stringify(line)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const plan = JSON.parse((await lines.next()).value as string) as Plan;
const { agent, root, once } = plan;
const deadly = deadlyFileSystem((dying) => say({ dying }));
const store = await openStore(plan, deadly.fs);

let calls = 0;
const called = async (what: Omit<Called, 'call'>, run: () => Promise<CopyState[]>): Promise<CopyState[]> => {
  calls += 1;
  const call = calls;
  say({ call, ...what });
  const copies = await run();
  say({ ack: call, copies });
  return copies;
};
const told = (copy: Copy): CopyState => ({ inbox: copy.inbox, id: copy.message.id, state: stateOf(copy) });

const random = randomFrom(plan.seed);
const oneOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];

async function send(to: string[]): Promise<string> {
  const sent = { sender: oneOf(AGENTS) ?? agent, key: `${plan.name}-${calls + 1}`, to };
  const copies = await called({ verb: 'send', inbox: agent, send: sent }, async () => {
    const { message } = await store.deliver({ draft: draftOf(sent, randomUUID()), recipients: to });
    return to.map((inbox) => ({ inbox, id: message.id, state: 'PENDING/0' }));
  });
  return copies[0]?.id ?? '';
}
const claim = (id?: string) =>
  called({ verb: 'claim', inbox: agent, id }, async () => [told(await store.claim({ agent, ...(id && { id }) }))]);
const complete = (id: string) =>
  called({ verb: 'complete', inbox: agent, id }, async () => [told(await store.complete({ agent, id, result: 'Done.' }))]);
const fail = (id: string) =>
  called({ verb: 'fail', inbox: agent, id }, async () => [told(await store.fail({ agent, id, error: 'It broke.' }))]);
const archive = () =>
  called({ verb: 'archive', inbox: agent }, async () => {
    const { archived } = await store.archive({ agent, rotate: true });
    return archived.map(({ inbox, id }) => ({ inbox, id, state: 'archived' }));
  });
const fix = () => called({ verb: 'check', inbox: agent }, async () => ((await store.check({ fix: true })) ? [] : []));
const sweep = () => called({ verb: 'sweep', inbox: agent }, async () => ((await store.sweep()) ? [] : []));

/** What comes before an operation, and the operation, which the process does not survive. */
const PLANS: Record<OperationName, () => Promise<() => Promise<unknown>>> = {
  send: async () => () => send([agent]),
  'send-to-three': async () => () => send(AGENTS),
  claim: async () => {
    const id = await send([agent]);
    return () => claim(id);
  },
  complete: async () => {
    const id = await send([agent]);
    await claim(id);
    return () => complete(id);
  },
  bury: async () => {
    const id = await send([agent]);
    for (let attempt = 1; attempt < 3; attempt++) {
      await claim(id);
      await fail(id);
    }
    await claim(id);
    return () => fail(id);
  },
  archive: async () => {
    const id = await send([agent]);
    await complete(id);
    return archive;
  },
  fix: async () => {
    // An editor saves an old copy over a message that has arrived meanwhile.
    const inbox = path.join(root, `${agent}-inbox.md`);
    const old = readFileSync(inbox);
    await send([agent]);
    writeFileSync(inbox, old);
    writeFileSync(path.join(root, 'status.json'), '{');
    return fix;
  },
  recover: async () => sweep,
};

/** One of the things that an agent does all day. */
async function anything(): Promise<unknown> {
  const own = await store.list({ inboxes: [agent] });
  const mine = own.filter(({ message }) => message.status === 'IN_PROGRESS').map(({ message }) => message.id);
  const waiting = own
    .filter(({ message }) => message.status === 'PENDING' && message.metadata?.bounce !== true)
    .map(({ message }) => message.id);
  const held = oneOf(mine);
  const chance = random();
  if (chance < 0.3) return send([oneOf(AGENTS) ?? agent]);
  if (chance < 0.4) return send(AGENTS);
  if (chance < 0.55 && held) return complete(held);
  if (chance < 0.7 && held) return fail(held);
  if (chance < 0.75) return archive();
  if (chance < 0.78) return fix();
  if (chance < 0.8) return store.status();
  const id = oneOf(waiting);
  return id && claim(id);
}

try {
  if (once) {
    const act = await PLANS[once.operation]();
    deadly.arm(once.at, once.half);
    await act();
    deadly.arm(Number.POSITIVE_INFINITY, false);
    say({ through: true });
    await store.close();
  } else for (;;) await anything();
} catch (error) {
  say({ failed: error instanceof CommsError ? `${error.code}: ${error.message}` : String((error as Error).stack) });
}
process.exit(0);
