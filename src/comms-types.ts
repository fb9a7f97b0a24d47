/** The types of the library's interface; comms.ts exports them. */
export type { Metrics, Overdue, OverdueRequest, Report, ReportRequest, StatsRequest } from './core/analytics-requests.ts';
export type { Comms } from './core/api.ts';
export type { Brief, BriefRequest } from './core/brief-requests.ts';
export type { ChannelRequest, ChannelSummary } from './core/channels.ts';
export type {
  AttachmentPort,
  BreakerPort,
  Clock,
  CommitterPort,
  CoreContext,
  DocumentPort,
  OwnTypeValidator,
  RepositoryPort,
  SendRequest,
  TrafficPort,
} from './core/context.ts';
export type { Change, ChangeKind } from './core/git/changes.ts';
export type * from './core/git/history-requests.ts';
export type { CommitRequest, Committed, Guarded, GuardRequest, Synced, SyncRequest, Uncommitted } from './core/git/requests.ts';
export type { GitSetup, GitSetupRequest } from './core/git/setup-requests.ts';
export type { GroupSummary } from './core/groups.ts';
export type { BreakerChange, BreakerRequest } from './core/guarded.ts';
export type { HandledCounts, HandleRequest, Handling } from './core/handle.ts';
export type { Handled, Handler, Work } from './core/handle-one.ts';
export type { Decided, HeldMessages, HeldRequest, RejectRequest, ReleaseRequest } from './core/held-requests.ts';
export type { PhaseChanged, PhaseRequest, PhaseSummary, TaskDone, TaskRequest, TaskSummary } from './core/plan-requests.ts';
export type { Readied, ReadyAnswer, ReadyRequest } from './core/ready-requests.ts';
export type {
  AckRequest,
  AgentHealth,
  AgentSummary,
  AnswerContent,
  Asked,
  AskedDelivery,
  AskRequest,
  Cleaned,
  CleanupProgress,
  CleanupRequest,
  CopyOutcome,
  DeadLettersRequest,
  DeadReason,
  DeadSelection,
  InboxRequest,
  InspectOptions,
  LimitLevel,
  LookRequest,
  Messages,
  Place,
  Prepared,
  PresenceState,
  Preview,
  PurgeDeadRequest,
  ReadResult,
  ReceiveRequest,
  Redriven,
  Replay,
  Replayed,
  ReplayRequest,
  ReplyRequest,
  RespondRequest,
  SearchRequest,
  SendOptions,
  Sent,
  SentMessages,
  SentRequest,
  ThreadResult,
  TrackResult,
  WaitForResponseRequest,
  WaitRequest,
  WatchRequest,
} from './core/requests.ts';
export type {
  ReservationsRequest,
  Reserved,
  ReservedFiles,
  ReserveRequest,
  Unreserved,
  UnreserveRequest,
} from './core/reservation-requests.ts';
export type { Judged } from './core/routing/verdicts.ts';
export type { Exported, ExportRequest, Imported, ImportRequest, Migrated, MigrateRequest } from './core/transfer/requests.ts';
export type { MessageFilter } from './message/filter.ts';
export type { Attachment, Delivery, Message, MessageStatus, Priority, Problem } from './message/message.ts';
export type { StatusDocument } from './message/status.ts';
export type { Conflict, ConflictType } from './orchestrator/conflicts/conflict.ts';
export type { Reservation } from './orchestrator/conflicts/reservation.ts';
export type { Mode, RuleName, Verdict } from './orchestrator/verdict.ts';
export type {
  Archived,
  ArchiveRequest,
  Checked,
  CheckOptions,
  ClaimRequest,
  Copy,
  Delivered,
  DeliveryOutcome,
  Heartbeat,
  HolderRequest,
  Presence,
  Section,
  Store,
  StoreEvent,
  Swept,
} from './store/store.ts';
export type { Settings, Workspace } from './workspace/workspace.ts';
