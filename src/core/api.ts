import type { Message, Problem } from '../message/message.ts';
import type { StatusDocument } from '../message/status.ts';
import type {
  Archived,
  ArchiveRequest,
  Checked,
  CheckOptions,
  ClaimRequest,
  Copy,
  Heartbeat,
  HolderRequest,
  Presence,
  Store,
  Swept,
} from '../store/store.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { ChannelRequest, ChannelSummary } from './channels.ts';
import type { CoreContext, SendRequest } from './context.ts';
import type { KeptInGit } from './git/api.ts';
import type { MessageHistory } from './git/history-api.ts';
import type { GroupSummary } from './groups.ts';
import type { BreakerRequest } from './guarded.ts';
import type { HandleRequest, Handling } from './handle.ts';
import type { Handler, Work } from './handle-one.ts';
import type { Readied, ReadyRequest } from './ready-requests.ts';
import type {
  AckRequest,
  AgentHealth,
  AgentSummary,
  Asked,
  AskRequest,
  Brief,
  BriefRequest,
  Cleaned,
  CleanupRequest,
  DeadLettersRequest,
  DeadSelection,
  Decided,
  HeldMessages,
  HeldRequest,
  InboxRequest,
  Messages,
  Metrics,
  Overdue,
  OverdueRequest,
  PhaseChanged,
  PhaseRequest,
  PhaseSummary,
  Prepared,
  Preview,
  PurgeDeadRequest,
  ReadResult,
  ReceiveRequest,
  Redriven,
  RejectRequest,
  ReleaseRequest,
  Replayed,
  ReplayRequest,
  ReplyRequest,
  Report,
  ReportRequest,
  RespondRequest,
  SearchRequest,
  SendOptions,
  Sent,
  SentMessages,
  SentRequest,
  StatsRequest,
  TaskDone,
  TaskRequest,
  TaskSummary,
  ThreadResult,
  TrackResult,
  WaitForResponseRequest,
  WaitRequest,
  WatchRequest,
} from './requests.ts';
import type { ReservationsRequest, Reserved, ReservedFiles, ReserveRequest, Unreserved, UnreserveRequest } from './reservation-requests.ts';
import type { Judged } from './routing/verdicts.ts';
import type { Exported, ExportRequest, Imported, ImportRequest } from './transfer/requests.ts';

/**
 * An opened workspace: everything that agents do with messages. Agents are named by name or alias; one that is not
 * registered is UNKNOWN_AGENT, a name outside of the grammar INVALID_NAME. All errors are CommsError.
 */
export interface Comms extends KeptInGit, MessageHistory {
  readonly workspace: Workspace;
  /** The port underneath, without the checks of this interface. */
  readonly store: Store;
  /** What the use cases of core are called with. */
  readonly context: CoreContext;

  /**
   * Checks a message and puts a copy into the inbox of each recipient, or of nobody.
   * With `waitMs` it waits until no rate limit refuses the message.
   * @throws UNKNOWN_AGENT, UNKNOWN_CHANNEL, INVALID_NAME, UNKNOWN_TYPE, INVALID_MESSAGE, MESSAGE_TOO_LARGE, LOOP_STOPPED, FILE_NOT_FOUND, RATE_LIMITED
   */
  send(request: SendRequest, options?: SendOptions): Promise<Sent>;
  /** Everything that `send` does but delivering. It takes nothing from a rate limit, and says which one would refuse now. */
  preview(request: SendRequest): Promise<Preview>;
  /**
   * What every check says of a message, and whether it would be delivered, held or refused. Sends nothing, takes nothing from
   * a rate limit, logs nothing. @throws USAGE, INVALID_CONFIG, INVALID_PLAN
   */
  verdicts(request: SendRequest): Promise<Judged>;
  /** Reads a whole message from JSON, in any of the three dialects. `from` must be its sender, if it names one. @throws INVALID_MESSAGE */
  requestFromJson(text: string, options?: { from?: string }): Promise<Prepared>;
  /** Sends what `requestFromJson` reads. */
  sendJson(text: string, options?: { from?: string } & SendOptions): Promise<Sent>;
  /** Answers a message that `from` received. @throws MESSAGE_NOT_FOUND, and what `send` and, with `done`, `complete` throw */
  reply(request: ReplyRequest, options?: SendOptions): Promise<Sent>;
  /** Acknowledges a message that `from` received. @throws MESSAGE_NOT_FOUND, LOOP_STOPPED for an ACK */
  ack(request: AckRequest, options?: SendOptions): Promise<Sent>;
  /** Answers a message that `agent` received and completes it, in one step. @throws what `reply` throws, FILE_NOT_FOUND */
  respond(request: RespondRequest, options?: SendOptions): Promise<Sent>;

  /** What lies in the inbox of an agent, the most urgent first. */
  inbox(request: InboxRequest): Promise<Messages>;
  /** One message: the agent's own copy, else the first. @throws MESSAGE_NOT_FOUND */
  read(request: { id: string; agent?: string }): Promise<ReadResult>;
  /** What an agent sent, the newest first, with what became of each copy. */
  sent(request: SentRequest): Promise<SentMessages>;
  /** Messages of all inboxes that contain a text, the newest first; archived and dead ones too, one for each id. */
  search(request: SearchRequest): Promise<Messages>;
  /** The messages that belong together with this one. @throws MESSAGE_NOT_FOUND */
  thread(id: string): Promise<ThreadResult>;
  /** Sends messages that are there already to an agent once more. @throws MESSAGE_NOT_FOUND, UNKNOWN_AGENT, and what ends it midway */
  replay(request: ReplayRequest): Promise<Replayed>;
  /** What became of a message. @throws MESSAGE_NOT_FOUND */
  track(request: { id: string; agent?: string }): Promise<TrackResult>;

  /** @throws MESSAGE_NOT_FOUND, ALREADY_CLAIMED, WRONG_STATUS, NOTHING_TO_CLAIM */
  claim(request: ClaimRequest): Promise<Copy>;
  /** These six throw MESSAGE_NOT_FOUND, LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS. `result` is what the sender is told; SENSITIVE_DATA or CONTENT_FILTERED where it, an error or a reason may not be said. */
  complete(request: HolderRequest & { result?: string }): Promise<Copy>;
  /** `leaseMs` counts from now. */
  extend(request: HolderRequest & { leaseMs?: number }): Promise<Copy>;
  /** It is claimed only by its id for `delayMs`. */
  release(request: HolderRequest & { delayMs?: number }): Promise<Copy>;
  /** The copy's section is `dead` when that was the last attempt, or with `reject`, which allows no other. */
  fail(request: HolderRequest & { error: string; reject?: boolean }): Promise<Copy>;
  block(request: HolderRequest & { reason: string }): Promise<Copy>;
  unblock(request: HolderRequest): Promise<Copy>;

  /**
   * Sends a message and waits for the first answer, or for several; what it returns is completed.
   * @throws TIMEOUT (the message stays open), NO_ANSWER, what `send` throws; the reason of `signal` when it aborts
   */
  ask(request: AskRequest, options?: SendOptions): Promise<Asked>;
  /** Waits for the answer to a message that was sent with this correlation id, and completes it. @throws TIMEOUT, NO_ANSWER; the reason of `signal` */
  waitForResponse(request: WaitForResponseRequest): Promise<Message>;
  /** What the agent could claim now, the most urgent first; takes nothing. */
  receive(request: ReceiveRequest): Promise<Message[]>;
  /** Waits for a message; takes it only with `claim`. @throws TIMEOUT; the reason of `signal` when it aborts */
  wait(request: WaitRequest): Promise<Message>;
  /** Tells of what waits, then `ready`, then every change, until the signal aborts. */
  watch(request: WatchRequest): Promise<void>;
  /**
   * Calls the handler for each message that fits, as it comes, one after another or `concurrency` at a time. The message is
   * claimed; nothing returned completes it, a string completes it with that result, an object answers it; an error fails
   * the attempt, a Rejection fails it for good, a Postponement gives it back. With `breaker` a handler that keeps failing is
   * left alone for a while. Resolves once it has begun. @throws UNKNOWN_AGENT, USAGE, CIRCUIT_OPEN
   */
  onMessage(request: HandleRequest & { breaker?: BreakerRequest }, handler: Handler<Work & { comms: Comms }>): Promise<Handling>;

  /** Every channel that somebody reads, with its subscribers. Every agent reads `general`, until it unsubscribes. */
  channels(): Promise<ChannelSummary[]>;
  /** Both answer whether anything changed. */
  subscribe(request: ChannelRequest): Promise<boolean>;
  unsubscribe(request: ChannelRequest): Promise<boolean>;
  /** The groups of config.json, with the counts of their shared inboxes. */
  groups(): Promise<GroupSummary[]>;

  /** The messages that were stopped on their way and wait for a decision, the oldest first, one for each id. @throws UNKNOWN_AGENT */
  held(request?: HeldRequest): Promise<HeldMessages>;
  /** Lets a held message go to all of its recipients. @throws REFUSED, UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS */
  releaseHeld(request: ReleaseRequest): Promise<Decided>;
  /** Makes a held message a dead letter, and tells its sender why. @throws REFUSED, UNKNOWN_AGENT, MESSAGE_NOT_FOUND, USAGE, WRONG_STATUS */
  rejectHeld(request: RejectRequest): Promise<Decided>;
  /**
   * Reserves files for an agent, all or none: nobody else can, until it gives them back or the time is over. A path that
   * the agent holds already is renewed. @throws RESERVED where another agent holds one; UNSAFE_PATH, USAGE, UNKNOWN_AGENT, INVALID_WORKSPACE
   */
  reserve(request: ReserveRequest): Promise<Reserved>;
  /** Gives files back. @throws RESERVED where others hold them, without `force`; what `reserve` throws */
  unreserve(request: UnreserveRequest): Promise<Unreserved>;
  /** What is reserved now, and which of the paths that are asked for meet it. @throws INVALID_WORKSPACE, UNKNOWN_AGENT, UNSAFE_PATH, USAGE */
  reservations(request?: ReservationsRequest): Promise<ReservedFiles>;
  /** Tells every agent that waits for something that it is ready, and completes what they sent to this agent. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, USAGE */
  ready(request: ReadyRequest): Promise<Readied>;

  /** What failed too often, expired or was rejected, the latest first; dead_reason and dead_at stand in `delivery`. @throws UNKNOWN_AGENT */
  deadLetters(request?: DeadLettersRequest): Promise<Messages>;
  /** Puts dead letters back into their inboxes, with no attempt counted. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS */
  redrive(request: DeadSelection): Promise<Redriven>;
  /** Takes dead letters out for good; without a selection all of them. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS */
  purge(request: PurgeDeadRequest): Promise<{ inbox: string; id: string }[]>;
  /** Sweeps, then archives and purges what is old, a few messages at a time; nothing is archived or purged unless asked. */
  cleanup(request?: CleanupRequest): Promise<Cleaned>;
  archive(request?: ArchiveRequest): Promise<Archived>;
  sweep(): Promise<Swept>;
  /** What status.json holds. */
  status(): Promise<StatusDocument>;
  setPresence(agent: string, presence: Presence): Promise<StatusDocument>;
  /** Says that an agent is alive and, where given, what it does; what is left out stays. Needs no lock, changes no file that git tracks. @throws USAGE for an empty status, and for more than 100 characters of it or 500 of a task */
  heartbeat(agent: string, presence?: Presence): Promise<Heartbeat>;
  /** What was to be answered by now and was not, what is due longest first. With `agent` what it owes, and what others owe it. */
  overdue(request?: OverdueRequest): Promise<Overdue[]>;
  /** Figures of the traffic: who writes to whom, how fast answers come, what was refused, what waits. @throws UNKNOWN_AGENT */
  stats(request?: StatsRequest): Promise<Metrics>;
  /** The same, with what stands out in it and what could be done about that. */
  report(request?: ReportRequest): Promise<Report>;
  /** The registered agents, in the order of config.json. */
  agents(): Promise<AgentSummary[]>;
  /** How one agent does: presence, leases, what waits longest, what failed, what it may still send. */
  health(agent: string): Promise<AgentHealth>;
  /** What is wrong with the workspace, and, with `fix`, what was done about it. */
  check(options?: CheckOptions): Promise<Checked>;

  /** The phases of plan.json, in their order, with how far they are. @throws PLAN_NOT_FOUND, INVALID_PLAN */
  phases(): Promise<PhaseSummary[]>;
  /** Starts, pauses, resumes or ends a phase. @throws PLAN_NOT_FOUND, UNKNOWN_PHASE, WRONG_PHASE_STATUS, INVALID_PLAN */
  changePhase(request: PhaseRequest): Promise<PhaseChanged>;
  /** The tasks of plan.json, in their order. @throws PLAN_NOT_FOUND, INVALID_PLAN */
  tasks(): Promise<TaskSummary[]>;
  /** Says that a task is done. @throws PLAN_NOT_FOUND, UNKNOWN_TASK, REFUSED for a task of somebody else, INVALID_PLAN */
  finishTask(request: TaskRequest): Promise<TaskDone>;
  /** What is wrong with plan.json. @throws PLAN_NOT_FOUND */
  checkPlan(): Promise<Problem[]>;
  /** What an agent must know to work with messages, for its prompt. @throws USAGE, INVALID_PLAN */
  brief(request: BriefRequest): Promise<Brief>;

  /**
   * Writes everything into a directory, as a workspace of inbox files. @throws USAGE, WORKSPACE_EXISTS, and REFUSED where
   * an earlier export there holds messages that this workspace lacks
   */
  export(request: ExportRequest): Promise<Exported>;
  /**
   * Puts the messages of inbox files, or of another workspace, in as they are. An id that is taken here is given anew.
   * @throws INVALID_WORKSPACE where messages cannot be read, UNKNOWN_AGENT, FILE_NOT_FOUND
   */
  import(request: ImportRequest): Promise<Imported>;

  close(): Promise<void>;
}
