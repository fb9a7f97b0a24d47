import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoreOptions } from '../../../src/store/options.ts';
import type { Store } from '../../../src/store/store.ts';
import { draftOf } from '../../store/conformance.ts';

/** What a workspace is brought to, and the one operation on it that meets a sick disk. */
export interface Operation {
  name: string;
  prepare?: (store: Store, options: StoreOptions, root: string) => Promise<unknown>;
  act: (store: Store, options: StoreOptions) => Promise<unknown>;
  /** Doing it again does no harm, so an error may stand although it was done, when only the answer could not be given. */
  repeatable?: true;
}

const send = (store: Store, options: StoreOptions, recipients = ['gpt'], subject = 'Work') =>
  store.deliver({ draft: draftOf(options, { subject, type: 'QUERY', requires_response: true }), recipients });
const claim = (store: Store) => store.claim({ agent: 'gpt', id: 'msg-001' });
const fail = (store: Store) => store.fail({ agent: 'gpt', id: 'msg-001', error: 'It cannot be done.' });
const held = (store: Store, options: StoreOptions) =>
  store.deliver({ draft: draftOf(options, { subject: 'Held' }), recipients: ['gpt', 'gemini'], hold: 'To be looked at.' });

export const OPERATIONS: readonly Operation[] = [
  { name: 'send to one', act: (store, options) => send(store, options) },
  { name: 'send to three', act: (store, options) => send(store, options, ['gpt', 'claude', 'gemini']) },
  { name: 'claim', prepare: (store, options) => send(store, options), act: claim },
  {
    name: 'complete',
    prepare: async (store, options) => {
      await send(store, options);
      await claim(store);
    },
    act: (store) => store.complete({ agent: 'gpt', id: 'msg-001', result: 'Done.' }),
  },
  {
    name: 'fail to dead letter, with a bounce',
    prepare: async (store, options) => {
      await send(store, options);
      await fail(store);
      await fail(store);
      await claim(store);
    },
    act: fail,
  },
  {
    name: 'redrive',
    prepare: async (store, options) => {
      await send(store, options);
      await store.fail({ agent: 'gpt', id: 'msg-001', error: 'No.', reject: true });
    },
    act: (store) => store.redrive({ id: 'msg-001' }),
  },
  {
    name: 'archive with rotation',
    prepare: async (store, options) => {
      for (const agent of ['gpt', 'gemini', 'gpt']) {
        const { message } = await send(store, options, [agent]);
        await store.complete({ agent, id: message.id });
      }
      await store.archive({ agent: 'gpt' });
      await send(store, options);
    },
    act: (store) => store.archive({ rotate: true }),
  },
  {
    name: 'doctor --fix after an old copy was saved',
    prepare: async (store, options, root) => {
      const file = path.join(root, 'gpt-inbox.md');
      await send(store, options);
      const old = readFileSync(file);
      await send(store, options);
      await claim(store);
      writeFileSync(file, old);
      writeFileSync(path.join(root, 'status.json'), '{}\n');
    },
    act: (store) => store.check({ fix: true }),
    repeatable: true,
  },
  { name: 'hold', act: held },
  { name: 'release', prepare: held, act: (store) => store.releaseHeld({ id: 'msg-001' }) },
  { name: 'reject', prepare: held, act: (store) => store.rejectHeld({ id: 'msg-001', reason: 'No.' }) },
  { name: 'presence', act: (store) => store.setPresence('gpt', { status: 'busy', currentTask: 'Testing' }), repeatable: true },
  { name: 'subscribe', act: (store) => store.subscribe('news', 'gpt'), repeatable: true },
];
