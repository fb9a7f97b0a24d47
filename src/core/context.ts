import type { Repository } from '../git/repository.ts';
import type { Attachment, Message, Problem } from '../message/message.ts';
import type { TrafficEntry } from '../orchestrator/traffic/entry.ts';
import type { Store } from '../store/store.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** The time now, in ms since the epoch. */
export type Clock = () => number;

/** What a use case works with. Composed in comms.ts; tests put their own clock or store in. */
export interface CoreContext {
  store: Store;
  workspace: Workspace;
  clock: Clock;
  /** A fresh unique string, for uid and lease tokens. */
  newUid: () => string;
  /** What the workspace's own schema finds wrong with a message of an own type. Without it such content is free. */
  validateOwnType?: OwnTypeValidator;
  /** Reads the files of `SendRequest.attach`. Without it there are none to attach. */
  attachments?: AttachmentPort;
  /** Keeps the states of circuit breakers. Without it they last as long as the process. */
  breakers?: BreakerPort;
  /** plan.json, and reservations.json. Without them there is no plan, and nothing can be reserved. */
  plan?: DocumentPort;
  reservations?: DocumentPort;
  /** Where files lie in the repository. Without it paths are relative to its top. */
  repository?: RepositoryPort;
  /** The repository that the workspace lies in. Without it there is none. */
  repositoryOf?: () => Promise<Repository>;
  /** Lets one process at a time commit. Without it nobody else does. */
  committer?: CommitterPort;
  /** What the process that commits by itself goes by. Without it nothing does. */
  autocommit?: AutocommitPort;
  /** The log of verdicts and deliveries. Without it nothing is logged. */
  traffic?: TrafficPort;
}

/** Problems of a message by schemas/<type>.schema.json; none where there is no such schema. @throws INVALID_CONFIG */
export type OwnTypeValidator = (message: Message) => Promise<Problem[]>;

/** How core gets at files to attach. */
export interface AttachmentPort {
  /**
   * What a message says of the file at `path`: its path in the repository, bytes and sha256. A file outside the
   * repository also has `copy`, which puts it where the others can read it; it is called when the message is sent.
   * @throws FILE_NOT_FOUND
   */
  describe(path: string): Promise<{ attachment: Attachment; copy?: () => Promise<void> }>;
}

/** Where the states of circuit breakers are kept, for all processes that share them. What was written by somebody else may be anything. */
export interface BreakerPort {
  /** undefined where there is none. */
  read(key: string): Promise<unknown>;
  /** Writes what `change` makes of it, undefined for none. Nobody else writes meanwhile. */
  update(key: string, change: (kept: unknown) => Promise<unknown>): Promise<void>;
}

/** A file of the workspace that is read and changed as a whole. */
export interface DocumentPort {
  /** Its text; undefined where there is none. */
  read(): Promise<string | undefined>;
  /** Replaces it by what `change` makes of it, durably; nobody else changes it meanwhile. What `change` throws leaves it as it is. */
  update(change: (text: string | undefined) => string): Promise<void>;
}

/** How core gets from the paths that people write to those in the repository. */
export interface RepositoryPort {
  /**
   * The glob, relative to the top of the repository, that a path or glob relative to the current directory stands for.
   * A linked working tree counts as the repository. @throws UNSAFE_PATH for what lies outside, USAGE for what is no path
   */
  globOf(path: string): Promise<string>;
}

/** What the processes that commit the workspace go by. */
export interface CommitterPort {
  /**
   * Runs `work` while no other process of this machine commits or syncs the workspace; waits for one that does.
   * @throws LOCK_TIMEOUT, NOT_WRITABLE
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** A path for an index of its own, in `.state/`, that nobody else uses. */
  newIndexFile(): string;
}

/** What those who write and the process that commits by itself tell each other; kept in `.state/`. */
export interface AutocommitPort {
  /** Runs `work` while no other process of this kind does; answers undefined where one does. */
  alone<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** When somebody last wrote, in ms since the epoch; undefined for never. */
  wantedAt(): number | undefined;
  /** Says that this process is there; every few seconds. */
  running(): void;
  /** Says that it is gone and, with a reason, that it need not be started again for a while. */
  ended(why?: AutocommitRest): void;
  /** Why nothing is committed at the moment. */
  resting(): AutocommitRest | undefined;
}

export interface AutocommitRest {
  code: string;
  message: string;
  /** ms since the epoch. */
  until: number;
}

/** Where verdicts and deliveries are logged. */
export interface TrafficPort {
  /** Never throws: what cannot be logged stops no message. Answers with what went wrong. */
  append(entry: TrafficEntry): Promise<string | undefined>;
  /** Everything that is still there, oldest first. Lines that cannot be read are left out. */
  read(): Promise<TrafficEntry[]>;
  /** Lets go of what it has open; it can be used again. */
  close?(): Promise<void>;
}

/** A message to send. Fields that are left out get the defaults of DESIGN §8. */
export interface SendRequest {
  /** A registered agent or its alias. */
  from: string;
  /**
   * Registered agents, their aliases, or groups, whose members compete for it; 'broadcast' is every agent but the sender.
   * Without it the message goes to every subscriber of `channel` but the sender.
   */
  to?: string[] | 'broadcast';
  type: string;
  subject: string;
  /** Required by every type but ACK. */
  details?: string;
  context?: Record<string, unknown>;
  attachments?: Message['content']['attachments'];
  /** Paths of files to attach beside `attachments`, as the attachment port takes them. */
  attach?: string[];
  references?: string[];
  priority?: Message['priority'];
  /** Default: by the type. INFO and ACK can never ask for a response. */
  requiresResponse?: boolean;
  /** Dead if nobody took it by then, in ms from now. */
  ttlMs?: number;
  /** The same as a time, ISO 8601; `ttlMs` wins. */
  expiresAt?: string;
  /** "The next one" passes it over until then, ISO 8601. */
  notBefore?: string;
  version?: '1.0';
  correlationId?: string;
  idempotencyKey?: string;
  /** A label beside `to`, else where it goes. */
  channel?: string;
  /** Minutes. */
  expectedResponseTime?: number;
  metadata?: Record<string, unknown>;
  /** Let it through although something in it looks like a secret, where config.json allows that. */
  allowSensitive?: boolean;
  /** Fields that the envelope does not know; under `content`, unknown members of content. */
  extra?: Record<string, unknown>;
}
