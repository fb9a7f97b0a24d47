import path from 'node:path';
import type { StoreOptions } from '../options.ts';
import type { Store } from '../store.ts';
import { type Transact, verbsOver } from '../verbs/over-session.ts';
import { checkFiles } from './check-files.ts';
import { createDisk } from './disk.ts';
import { sameStamp } from './durable/stamp.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { gitDirOf } from './git-mark.ts';
import { createJournalFile } from './journal-file.ts';
import { JOURNAL_FILE, STATE_DIR, STATUS_FILE } from './layout.ts';
import { createLock } from './lock/lock.ts';
import { createReader } from './reader.ts';
import { withPresence } from './status-file.ts';
import type { FilesTools } from './tools.ts';
import { watchFiles } from './watch-files.ts';
import { createWriteQueue } from './write-queue.ts';
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
  const disk = createDisk(fs, root);
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
  const lock = createLock({ stateDir: tools.stateDir });
  const write = createWriter(tools, lock);
  const queue = createWriteQueue<Verb>((verbs) => write(verbs));
  const transact: Transact = (verb) => queue.add(verb as Verb);
  const reader = createReader(tools, () => queue.add(() => undefined));

  const verbs = verbsOver(transact);

  return {
    capabilities: { name: 'files', durable: true, shared: true, editable: true },
    ...verbs,
    list: reader.list,
    find: reader.find,
    status: reader.status,
    async setPresence(agent, presence) {
      await write([], { carry: (carried) => withPresence(carried, agent, presence) });
      return reader.status();
    },
    check: (request = {}) => checkFiles(tools, request, write),
    watch: (request) => watchFiles(tools, reader, verbs.sweep, request),
    close: () => queue.idle(),
  };
}
