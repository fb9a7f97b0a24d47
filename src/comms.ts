import type { Comms } from './core/api.ts';
import type { Clock } from './core/context.ts';
import type { InspectOptions } from './core/requests.ts';
import { CommsError } from './errors.ts';
import type { Problem } from './message/message.ts';
import type { Store } from './store/store.ts';

export type { Comms } from './core/api.ts';
export type { AttachmentPort, Clock, CoreContext, OwnTypeValidator, SendRequest } from './core/context.ts';
export { contextFrom, objectFromPairs } from './core/pairs.ts';
export type {
  AckRequest,
  AgentSummary,
  CopyOutcome,
  InboxRequest,
  InspectOptions,
  LookRequest,
  Messages,
  Place,
  Prepared,
  Preview,
  ReadResult,
  ReplyRequest,
  SearchRequest,
  Sent,
  SentMessages,
  SentRequest,
  ThreadResult,
  TrackResult,
  WaitRequest,
  WatchRequest,
} from './core/requests.ts';
export { CommsError, type ErrorCode, EXIT_BY_CODE } from './errors.ts';
export type { MessageFilter } from './message/filter.ts';
export type { Attachment, Delivery, Message, MessageStatus, Priority, Problem } from './message/message.ts';
export type { StatusDocument } from './message/status.ts';
export type {
  Archived,
  ArchiveRequest,
  Checked,
  CheckOptions,
  ClaimRequest,
  Copy,
  Delivered,
  DeliveryOutcome,
  HolderRequest,
  Presence,
  Section,
  Store,
  StoreEvent,
  Swept,
} from './store/store.ts';
export type { Settings, Workspace } from './workspace/workspace.ts';

export interface OpenOptions {
  /** Where to look for a workspace, and what paths of attachments are relative to. Default: the process's. */
  cwd?: string;
  /** Where COMMS_WORKSPACE may stand. Default: the process's. */
  env?: Record<string, string | undefined>;
  /** The workspace's directory; without it DESIGN §3 says where it is looked for. */
  workspace?: string;
  /** Instead of the one that config.json names. */
  store?: Store;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: random UUIDs. */
  newUid?: () => string;
}

/** Opens the workspace that DESIGN §3 finds. @throws WORKSPACE_NOT_FOUND, INVALID_CONFIG, INVALID_WORKSPACE */
export async function openComms(_options: OpenOptions = {}): Promise<Comms> {
  throw new CommsError('INTERNAL', 'The workspace cannot be opened yet.');
}

/** What is wrong with a text: a message, several as JSON lines or an array, an inbox, status.json or config.json. Needs no workspace. */
export async function inspectText(content: string | Uint8Array, options: InspectOptions = {}): Promise<Problem[]> {
  const { inspectText: inspect } = await import('./core/inspect.ts');
  return inspect(content, options);
}
