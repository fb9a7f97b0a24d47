import { errnoOf } from '../../errors.ts';
import { appendDurably } from './durable/append-durably.ts';
import { replaceFile } from './durable/replace-file.ts';
import type { FileSystem } from './file-system.ts';
import { type GitMark, gitMark } from './git-mark.ts';
import { type JournalEntry, parseEntries, renderEntries } from './journal.ts';
import { type Knowledge, learn } from './knowledge.ts';

/** Past this many bytes, and twice what it began with, the journal is written anew; the old one stays beside it. */
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
  /** Begins anew with what is known, once the journal has grown large. Returns whether it did. */
  rotate(): boolean;
}

export function createJournalFile(fs: FileSystem, file: string, gitDir: string | undefined): JournalFile {
  let lastMark: string | undefined;
  let cached: { size: number; knowledge: Knowledge } | undefined;

  const size = () => {
    try {
      return fs.statSync(file).size;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    }
  };
  const text = () => (size() === 0 ? '' : fs.readFileSync(file, 'utf8'));
  const entries = () => parseEntries(text());
  const knowledge = () => {
    const now = size();
    if (cached && cached.size === now) return cached.knowledge;
    cached = { size: now, knowledge: learn(new Map(), entries()) };
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
    text,
    entries,
    knowledge,
    append(added, { fsync = false } = {}) {
      if (added.length > 0) appendDurably(fs, file, renderEntries(marked(added)), { fsync });
    },
    rotate() {
      if (size() < ROTATE_BYTES) return false;
      const kept = [...knowledge().values()].flatMap((known): JournalEntry[] => [
        { entry: 'git', mark: known.git ?? null },
        { entry: 'seen', at: new Date(0).toISOString(), inbox: known.inbox, section: known.section, message: known.message, by: 'comms' },
      ]);
      const bytes = renderEntries(withoutRepeatedMarks(kept));
      if (size() < 2 * bytes.length) return false;
      fs.copyFileSync(file, file.replace(/\.ndjson$/, '.1.ndjson'));
      replaceFile(fs, { path: file, bytes: [bytes], expected: 'any' });
      lastMark = undefined;
      return true;
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
