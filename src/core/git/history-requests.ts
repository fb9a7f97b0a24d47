import type { Message, MessageStatus, Problem } from '../../message/message.ts';
import type { Section } from '../../store/store.ts';
import type { Place } from '../requests.ts';
import type { Change, ChangeKind } from './changes.ts';

export interface LogRequest {
  /** Only the life of the message that has this id now, or had it last. */
  id?: string;
  /** What this revision does not have yet. */
  after?: string;
  /** Committed at or after this, in ms since the epoch. */
  since?: number;
  /** At most so many commits, the newest. */
  limit?: number;
  /** Only what this agent sent, did, or got. */
  agent?: string;
  /** Only messages of these types; `context.*` is every type that begins so. */
  types?: string[];
}

/** What happened to one copy of a message. */
export interface LogEvent extends Change {
  subject: string;
}

export interface LogEntry {
  commit: string;
  author: string;
  /** ISO 8601, UTC. */
  time: string;
  /** The first line of its message. */
  subject: string;
  events: LogEvent[];
  /** The workspace's files that it changed, relative to the workspace. */
  files: string[];
  /** Blocks that cannot be read and could be, or were not there, before. */
  problems: Problem[];
}

export interface Log {
  /** Newest first. */
  entries: LogEntry[];
  /** What the working tree has beyond HEAD; undefined where messages lie in a database, and with `more` of them. */
  uncommitted?: { events: LogEvent[]; problems: Problem[] };
  /** There are older commits that `limit` left out. */
  more: boolean;
  /** Where history ends before its beginning: a shallow clone knows nothing before this commit. */
  shallow?: string;
  /** Where the workspace lay before the oldest of the commits moved it here, relative to the top of the repository. */
  movedFrom?: string;
}

export interface ShowAtRequest {
  id: string;
  revision: string;
  /** Its copy in this inbox, where there are several. */
  inbox?: string;
}

export interface ShownAt {
  message: Message;
  place: Place;
  /** Its other copies then. */
  others: Place[];
  commit: string;
  author: string;
  /** Of the commit, ISO 8601, UTC. */
  time: string;
}

export interface DiffRequest {
  /** Default HEAD. */
  from?: string;
  /** Default: the working tree. */
  to?: string;
  /** From where the two went different ways. */
  symmetric?: boolean;
}

export interface CopyState {
  status: MessageStatus;
  section: Section;
}

/** How one copy differs between two states of the workspace. */
export interface MessageDiff {
  what: 'new' | 'changed' | 'gone';
  id: string;
  previousId?: string;
  uid: string;
  inbox: string;
  type: string;
  sender: string;
  subject: string;
  before?: CopyState;
  after?: CopyState;
  /** What happened to it, in the order of its life. */
  steps: ChangeKind[];
  /** JSON pointers to what differs in a changed one. */
  paths: string[];
}

export interface Diff {
  /** The commits; undefined is the working tree, or before the first commit. */
  from: string | undefined;
  to: string | undefined;
  messages: MessageDiff[];
  problems: Problem[];
}
