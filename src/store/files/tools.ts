import type { StoreOptions } from '../options.ts';
import type { Disk } from './disk.ts';
import type { Stamp } from './durable/stamp.ts';
import type { FileSystem } from './file-system.ts';
import type { JournalFile } from './journal-file.ts';

/** What the parts of the files driver share. */
export interface FilesTools {
  fs: FileSystem;
  /** The workspace, absolute. */
  root: string;
  options: StoreOptions;
  disk: Disk;
  journal: JournalFile;
  gitDir: string | undefined;
  /** .state/, absolute. */
  stateDir: string;
  statusStampIs(stamp: Stamp): boolean;
}
