import path from 'node:path';
import { isoOf } from '../../message/time.ts';
import type { StoreOptions } from '../options.ts';
import { nextHeartbeat } from '../presence.ts';
import type { Store } from '../store.ts';
import { type Channels, subscribed, subscriptionsIn, unsubscribed } from '../subscriptions.ts';
import { type Transact, verbsOver } from '../verbs/over-session.ts';
import { levelOf } from '../verbs/rate.ts';
import { createWriteQueue } from '../write-queue.ts';
import { checkFiles } from './check-files.ts';
import { createDisk, sharedDisk } from './disk.ts';
import { sameStamp } from './durable/stamp.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { gitDirOf } from './git-mark.ts';
import { inDiskTerms } from './in-disk-terms.ts';
import { createJournalFile } from './journal-file.ts';
import { JOURNAL_FILE, STATE_DIR, STATUS_FILE } from './layout.ts';
import { createLock } from './lock/lock.ts';
import { createReader } from './reader.ts';
import { readBuckets, readChannels, readHeartbeats, writeChannels, writeHeartbeat } from './side-files.ts';
import { createSpool } from './spool/spool.ts';
import { withPresence } from './status-file.ts';
import type { FilesTools } from './tools.ts';
import { letGo, realRootOf } from './wake.ts';
import { watchFiles } from './watch-files.ts';
import { agentsOf } from './write-derived.ts';
import { createWriter, type Verb } from './writer.ts';

export interface FilesStoreOptions extends StoreOptions {
  /** The workspace's directory, absolute. */
  root: string;
  /** The system calls; tests break them. */
  fs?: FileSystem;
}

/**
 * Messages in Markdown inbox files (DESIGN §3). Every write is one rewrite under the workspace lock; what several
 * processes or people do at the same time is noticed before a file is replaced. Throws NOT_WRITABLE, DISK_FULL,
 * IO_ERROR, LOCK_TIMEOUT and UNSAFE_PATH beside what the verbs throw.
 */
export function createFilesStore(options: FilesStoreOptions): Store {
  const { root, fs = nodeFileSystem } = options;
  const gitDir = gitDirOf(root);
  const { disk, close: closeDisk } = fs === nodeFileSystem ? sharedDisk(root) : { disk: createDisk(fs, root), close: () => {} };
  const tools: FilesTools = {
    fs,
    root,
    options,
    disk,
    journal: createJournalFile(fs, path.join(root, JOURNAL_FILE), gitDir),
    gitDir,
    stateDir: path.join(root, STATE_DIR),
    statusStampIs: (stamp) => sameStamp(stamp, disk.stampOf(STATUS_FILE)),
  };
  const lock = createLock({ stateDir: tools.stateDir, fs });
  const write = createWriter(tools, lock, createSpool(fs, tools.stateDir, options.newUid));
  const queue = createWriteQueue<Verb>((verbs) => write(verbs));
  const transact: Transact = (verb, request) => queue.add({ run: verb, request } as Verb);
  const reader = createReader(tools, () => queue.add({ run: () => undefined }));

  const verbs = verbsOver(transact);
  const editChannels = async (edit: (channels: Channels) => Channels) => {
    let changed = false;
    const also = () => {
      const before = readChannels(tools);
      const after = edit(before);
      changed = after !== before;
      if (changed) writeChannels(tools, after);
    };
    await write([], { also });
    return changed;
  };

  const store: Store = {
    capabilities: { name: 'files', durable: true, shared: true, editable: true },
    ...verbs,
    // Without the lock, which a look does not need.
    async rates(limits) {
      const buckets = readBuckets(tools);
      return limits.map((limit) => levelOf(limit, buckets.get(limit.key), options.clock()));
    },
    list: reader.list,
    find: reader.find,
    status: reader.status,
    async setPresence(agent, presence) {
      await write([], { carry: (carried) => withPresence(carried, agent, presence) });
      const beat = readHeartbeats(tools)[agent];
      if (beat) writeHeartbeat(tools, agent, nextHeartbeat(beat, presence, beat.last_heartbeat));
      return reader.status();
    },
    async heartbeat(agent, presence) {
      const beat = nextHeartbeat(readHeartbeats(tools)[agent], presence, isoOf(options.clock()));
      writeHeartbeat(tools, agent, beat);
      return beat;
    },
    heartbeats: async () => readHeartbeats(tools),
    subscriptions: async () => subscriptionsIn(readChannels(tools), agentsOf(tools, disk.names())),
    subscribe: (channel, agent) => editChannels((channels) => subscribed(channels, { channel, agent, at: isoOf(options.clock()) })),
    unsubscribe: (channel, agent) => editChannels((channels) => unsubscribed(channels, { channel, agent })),
    check: (request = {}) => checkFiles(tools, request, write),
    async exclusively<T>(work: () => Promise<T>) {
      let done: { value: T } | undefined;
      await write([], {
        async meanwhile() {
          done = { value: await work() };
        },
      });
      if (!done) throw new Error('The work was not done.');
      return done.value;
    },
    watch: (request) => watchFiles(tools, reader, verbs.sweep, request),
    async close() {
      await queue.idle();
      closeDisk();
      await letGo(realRootOf(fs, root));
    },
  };
  return inDiskTerms(store, root);
}
