import type { Copy } from '../store.ts';
import type { Disk } from './disk.ts';
import { gitMovedSince } from './git-mark.ts';
import type { Knowledge, Known } from './knowledge.ts';
import { comparison } from './settle.ts';

/** What an old copy of a file that was saved over a newer one has taken away. */
export interface Losses {
  /** In no file any more. */
  vanished: Known[];
  /** Back in a state that they had left. */
  regressed: { known: Known; copy: Copy }[];
}

/** What the journal expects and the files do not hold. What a checkout, reset or merge took away is not lost. */
export function lossesIn(disk: Disk, knowledge: Knowledge, gitDir: string | undefined): Losses {
  const { missing, regressed } = comparison(disk, knowledge).outcome;
  return {
    vanished: missing.filter(({ git }) => !gitMovedSince(gitDir, git)),
    regressed: regressed.filter(({ known }) => !gitMovedSince(gitDir, known.git)),
  };
}

/** For people: a message is held or has a status. */
export function stateIn({ section, message }: Pick<Copy, 'section' | 'message'>): string {
  return section === 'held' ? 'held' : message.status;
}
