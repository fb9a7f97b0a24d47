import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, parseInbox } from '../../../src/inbox/inbox.ts';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { isSameDirectory, lockPaths, lookAt } from '../../../src/store/files/lock/lock-directory.ts';
import { readDeeds } from '../../../src/store/files/lock/records.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import type { Copy, Store } from '../../../src/store/store.ts';
import { leftOvers } from '../left-overs.ts';
import { copyName, type Ledger, mayBe } from './ledger.ts';
import { openStore } from './open-store.ts';
import { detailsOf, draftOf, type Plan, stateOf } from './protocol.ts';

export interface Verified {
  /** Everything that does not hold; nothing where all is well. */
  wrong: string[];
  acknowledged: number;
}

/**
 * Looks, as the next process would, at a workspace whose processes have all been killed: against the ledger, which it
 * brings up to date. `spoilt`: somebody has saved an old copy over an inbox, which doctor is to mend first.
 */
export async function verify(where: Pick<Plan, 'root' | 'store'>, ledger: Ledger, { spoilt = false } = {}): Promise<Verified> {
  const wrong: string[] = [];
  if (where.store === 'files') wrong.push(...(await lockInTheWay(where.root)));
  const store = await openStore(where);
  try {
    await store.sweep();
    if (spoilt) await store.check({ fix: true });
    wrong.push(...(await problems(store)), ...compare(await everything(store), ledger));
    wrong.push(...(await sendAgain(store, ledger)));
    const copies = await everything(store);
    wrong.push(...compare(copies, ledger), ...wholeMessages(copies, ledger), ...bounces(copies), ...(await problems(store)));
    if (where.store === 'files') wrong.push(...brokenBlocks(where.root), ...(await inTheWay(where.root, store)));
    ledger.open = [];
    ledger.copies = new Map(copies.map((copy) => [copyName({ inbox: copy.inbox, id: copy.message.id }), stateOf(copy)]));
    return { wrong, acknowledged: ledger.copies.size };
  } finally {
    await store.close();
  }
}

/** A signed lock of a dead process is taken over at once, by what is known of it and not by waiting. */
async function lockInTheWay(root: string): Promise<string[]> {
  const stateDir = path.join(root, '.state');
  const signed = isSigned(stateDir);
  const reasons: string[] = [];
  const held = await createLock({ stateDir, onTakeover: ({ why }) => reasons.push(why) }).acquire();
  const wrong = reasons.includes('silent') && signed ? ['a lock whose holder is known to be dead was waited for'] : [];
  if (reasons.length > 0 && !held.takenOver) wrong.push('a lock was taken over, and its new holder was not told');
  await held.release({ recovered: false });
  return wrong;
}

/** Deeds of locks that are gone may lie beside one whose maker died before it wrote its own, or over it. */
function isSigned(stateDir: string): boolean {
  const paths = lockPaths(stateDir);
  const lock = lookAt(nodeFileSystem, paths.lock);
  const deeds = readDeeds(nodeFileSystem, paths).filter(({ deed }) => !deed || isSameDirectory(deed.directory, lock));
  return lock !== undefined && deeds.length > 0 && deeds.every(({ deed }) => deed !== undefined);
}

const everything = (store: Store) => store.list({ sections: EVERY_SECTION });

async function problems(store: Store): Promise<string[]> {
  return (await store.check()).problems.map(({ code, message }) => `the check finds ${code}: ${message}`);
}

/** What was acknowledged is there, in that state or, where a process died over it, in the next. */
function compare(copies: readonly Copy[], ledger: Ledger): string[] {
  const found = new Map<string, string[]>();
  for (const copy of copies) {
    const name = copyName({ inbox: copy.inbox, id: copy.message.id });
    found.set(name, [...(found.get(name) ?? []), stateOf(copy)]);
  }
  const lost = [...ledger.copies].flatMap(([name, known]) => {
    const [state, ...more] = found.get(name) ?? [];
    if (state === undefined) return [`${name} was ${known}, and is gone`];
    if (more.length > 0) return [`${name} is there ${more.length + 1} times: ${[state, ...more].join(', ')}`];
    return mayBe(ledger, name, known, state) ? [] : [`${name} was ${known}, and is ${state}`];
  });
  const given = copies.flatMap(({ message: { id, uid = '' } }) => {
    const before = ledger.ids.get(id) ?? uid;
    ledger.ids.set(id, before);
    return before === uid ? [] : [`${id} was given twice`];
  });
  return [...lost, ...given];
}

/** Every send that was not acknowledged is repeated with its key, and one that was. */
async function sendAgain(store: Store, ledger: Ledger): Promise<string[]> {
  const open = [...ledger.sends.values()].filter(({ id }) => id === undefined);
  const told = [...ledger.sends.values()].filter(({ id }) => id !== undefined).slice(-1);
  const wrong: string[] = [];
  for (const sent of [...open, ...told]) {
    const { message } = await store.deliver({ draft: draftOf(sent, randomUUID()), recipients: sent.to });
    if (sent.id !== undefined && sent.id !== message.id) wrong.push(`${sent.key} was ${sent.id}, and is sent again as ${message.id}`);
    ledger.sends.set(sent.key, { ...sent, id: message.id });
  }
  return wrong;
}

/** Each message lies once in the inbox of each of its recipients, with every byte of its text. */
function wholeMessages(copies: readonly Copy[], ledger: Ledger): string[] {
  const byKey = new Map<string, Copy[]>();
  for (const copy of copies) {
    const key = String(copy.message.idempotency_key ?? '');
    byKey.set(key, [...(byKey.get(key) ?? []), copy]);
  }
  return [...ledger.sends.values()].flatMap(({ key, to, id }) => {
    const found = byKey.get(key) ?? [];
    const inboxes = found.map(({ inbox }) => inbox).sort();
    const isWhole = found.every(({ message }) => message.id === id && message.content.details === detailsOf(key));
    if (inboxes.join() !== [...to].sort().join()) return [`${key} to ${to} lies in ${inboxes}`];
    return isWhole ? [] : [`${key} is not whole`];
  });
}

/** The sender of each dead message was told, once; nobody else was. */
function bounces(copies: readonly Copy[]): string[] {
  const dead = copies.filter(({ section }) => section === 'dead').map(({ inbox, message }) => `${inbox} ${message.id}`);
  const told = copies
    .filter(({ message }) => message.metadata?.bounce === true)
    .map(({ message }) => `${message.sender} ${message.references?.[0]}`);
  return dead.sort().join() === told.sort().join() ? [] : [`dead are ${dead}, and told was of ${told}`];
}

function brokenBlocks(root: string): string[] {
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'));
  return files.flatMap((file) =>
    blocksOf(parseInbox(readFileSync(path.join(root, file)))).flatMap(({ kind, line }) =>
      kind === 'broken' ? [`${file}:${line} is broken`] : [],
    ),
  );
}

/** After the writes above nothing is left of those that died; what lies in the spool goes once it is old. */
async function inTheWay(root: string, store: Store): Promise<string[]> {
  const spool = path.join(root, '.state', 'spool');
  const old = new Date(Date.now() - 600_000);
  if (existsSync(spool)) for (const name of readdirSync(spool)) utimesSync(path.join(spool, name), old, old);
  await store.sweep();
  return leftOvers(root);
}
