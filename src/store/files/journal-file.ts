import { errnoOf } from '../../errors.ts';
import { readRegular } from '../../read-file.ts';
import { appendDurably } from './durable/append-durably.ts';
import { replaceFile } from './durable/replace-file.ts';
import type { FileSystem } from './file-system.ts';
import { type GitMark, gitMark } from './git-mark.ts';
import { type JournalEntry, parseEntries, renderEntries } from './journal.ts';
import { type Knowledge, type Learned, learn } from './knowledge.ts';

/** Below this many bytes the journal only grows; the old one stays beside the new one. */
const ROTATE_BYTES = 4 * 1024 * 1024;

/** The journal on disk. Only whoever holds the workspace lock writes to it. */
export interface JournalFile {
  /** In bytes; 0 where there is none. */
  size(): number;
  text(): string;
  entries(): JournalEntry[];
  /** What it expects to be there. */
  knowledge(): Knowledge;
  /** Appends entries, after git's mark where that moved. `fsync` where the entry must be there before what follows. */
  append(entries: readonly JournalEntry[], options?: { fsync?: boolean }): void;
  /**
   * Begins anew with what is known, once the journal is twice as large as `base`, its size after the last time.
   * Returns the base from now on.
   */
  rotate(base: number): number;
}

export function createJournalFile(fs: FileSystem, file: string, gitDir: string | undefined): JournalFile {
  let lastMark: string | undefined;
  let cached: ({ size: number; ino: number } & Learned) | undefined;

  const size = () => {
    try {
      return fs.statSync(file).size;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    }
  };
  const text = (from = 0) => (size() === 0 ? '' : readRegular(file, fs).toString('utf8', from));
  const entries = () => parseEntries(text());
  const knowledge = () => {
    const { size: now, ino } = fs.statSync(file, { throwIfNoEntry: false }) ?? { size: 0, ino: 0 };
    // Only what was added since is read, unless the journal was written anew.
    const before = cached?.ino === ino && cached.size <= now ? cached : { size: 0, knowledge: new Map(), git: undefined };
    const added = now === before.size ? [] : parseEntries(text(before.size));
    cached = { size: now, ino, ...learn(before, added) };
    return cached.knowledge;
  };
  const marked = (added: readonly JournalEntry[]): JournalEntry[] => {
    const mark = gitMark(gitDir) ?? null;
    const now = JSON.stringify(mark);
    if (now === lastMark || (lastMark === undefined && mark === null)) return [...added];
    lastMark = now;
    return [{ entry: 'git', mark }, ...added];
  };
  return {
    size,
    text: () => text(),
    entries,
    knowledge,
    append(added, { fsync = false } = {}) {
      if (added.length > 0) appendDurably(fs, file, renderEntries(marked(added)), { fsync });
    },
    rotate(base) {
      if (size() < Math.max(ROTATE_BYTES, 2 * base)) return base;
      const kept = [...knowledge().values()].flatMap((known): JournalEntry[] => [
        { entry: 'git', mark: known.git ?? null },
        {
          entry: 'seen',
          at: new Date(0).toISOString(),
          inbox: known.inbox,
          section: known.section,
          message: known.message,
          by: known.first.by,
        },
      ]);
      const bytes = renderEntries(withoutRepeatedMarks(kept));
      fs.copyFileSync(file, file.replace(/\.ndjson$/, '.1.ndjson'));
      replaceFile(fs, { path: file, bytes: [bytes], expected: 'any' });
      lastMark = undefined;
      cached = undefined;
      return bytes.length;
    },
  };
}

function withoutRepeatedMarks(entries: readonly JournalEntry[]): JournalEntry[] {
  let last: string | undefined;
  return entries.filter((entry) => {
    if (entry.entry !== 'git') return true;
    const mark: GitMark | null = entry.mark;
    const same = JSON.stringify(mark) === last;
    last = JSON.stringify(mark);
    return !same;
  });
}
