import { type ModelCopy, type ModelMessage, Refused, RULES, type Sent } from './shapes.ts';

/**
 * What DESIGN §5 and §8 say of the life of a message, as naively as it can be written: one list of copies, times as ISO
 * strings that are compared as strings, no sections to keep in step, no files. Each method is a verb of the store port.
 */
export class Model {
  now = Date.parse('2026-01-17T12:00:00.000Z');
  copies: ModelCopy[] = [];
  inboxes: string[] = ['claude', 'gemini', 'gpt', ...Object.keys(RULES.groups)];
  lastNumber = 0;
  tokens = 0;
  /** Counts the steps: bounces of one step may have their numbers in any order. */
  step = 0;
  /** Keys of which every copy was purged: whether they are still known is the driver's affair. */
  readonly forgotten = new Set<string>();
  /** Messages that were held for several recipients: which of them tells the sender of their end is left open. */
  readonly heldForSeveral = new Set<string>();
  #deeds: string[] = [];

  constructor(readonly reached: Map<string, number>) {}

  /** A verb happens as a whole or not at all. */
  attempt<T>(verb: () => T): T | Refused {
    const before = structuredClone({ copies: this.copies, inboxes: this.inboxes, lastNumber: this.lastNumber, tokens: this.tokens });
    this.step += 1;
    this.#deeds = [];
    try {
      return verb();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, before);
      this.#deeds = [`refused: ${error.why}`];
      return error;
    } finally {
      for (const deed of this.#deeds) this.reached.set(deed, (this.reached.get(deed) ?? 0) + 1);
    }
  }

  deliver(sent: Sent): { id: string; outcomes: Record<string, string> } {
    for (const copy of this.#in(...sent.recipients)) this.#putDown(copy);
    const before = this.copies.filter(({ message }) => message.sender === sent.sender && message.idempotency_key === sent.key);
    const [first] = sent.key === undefined ? [] : before;
    if (first) {
      if (sent.completes) this.#completeIfOpen(sent.completes, first.message.id);
      this.#did('a repeated key');
      return {
        id: first.message.id,
        outcomes: Object.fromEntries(before.map((copy) => [copy.inbox, this.shown(copy).section === 'held' ? 'held' : 'duplicate'])),
      };
    }
    if (sent.recipients.some((name) => !this.inboxes.includes(name))) throw new Refused('UNKNOWN_AGENT');
    const id = this.#nextId();
    if (sent.completes) {
      this.complete(sent.completes, `Answered by ${id}`);
      this.#did('completed by an answer');
    }
    for (const recipient of sent.recipients) {
      const delivery = sent.hold === undefined ? {} : { held_reason: sent.hold, held_at: this.iso() };
      this.#add(recipient, sent.hold === undefined ? 'active' : 'held', { ...this.#messageOf(sent, id), recipient, delivery });
    }
    this.#did(sent.hold === undefined ? 'sent' : 'held');
    if (sent.hold !== undefined && sent.recipients.length > 1) this.heldForSeveral.add(id);
    if (sent.recipients.length > 1) this.#did('sent to several');
    if (sent.recipients.includes('reviewers')) this.#did('sent to a group');
    return { id, outcomes: Object.fromEntries(sent.recipients.map((name) => [name, sent.hold === undefined ? 'delivered' : 'held'])) };
  }

  claim({ agent, id, type, leaseMs = RULES.leaseMs }: { agent: string; id?: string; type?: string; leaseMs?: number }): ModelCopy {
    for (const copy of this.#in(...this.readBy(agent))) this.#putDown(copy);
    const copy = id === undefined ? this.inOrderOfWork(agent, type)[0] : this.#own(agent, id);
    if (!copy) throw new Refused('NOTHING_TO_CLAIM');
    const { message } = copy;
    if (message.status === 'COMPLETED' || message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    const again = message.status === 'IN_PROGRESS';
    if (again && message.delivery.claimed_by !== agent) throw new Refused('ALREADY_CLAIMED');
    if (id === undefined) this.#noteOrder(copy, agent, type);
    this.#did(again ? 'claimed again' : id === undefined ? 'claimed as the next' : 'claimed by id');
    if (!again && copy.inbox !== agent) this.#did('claimed from a group');
    this.tokens += 1;
    copy.tokens.push(`token-${this.tokens}`);
    const { attempts = 0, claimed_at = this.iso(), blocked_reason: _, ...delivery } = message.delivery;
    message.delivery = {
      ...delivery,
      attempts: again ? attempts : attempts + 1,
      claimed_by: agent,
      claimed_at: again ? claimed_at : this.iso(),
      lease_token: `token-${this.tokens}`,
      lease_expires_at: this.iso(leaseMs),
    };
    delete message.not_before;
    message.status = 'IN_PROGRESS';
    return copy;
  }

  complete(by: Holder, result?: string): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    this.#did(message.status === 'PENDING' ? 'completed unclaimed' : 'completed');
    const { lease_token: _, lease_expires_at: __, ...delivery } = message.delivery;
    message.delivery = { ...delivery, claimed_by: by.agent, completed_at: this.iso(), ...(result !== undefined && { result }) };
    delete message.not_before;
    message.status = 'COMPLETED';
    return copy;
  }

  extend(by: Holder, leaseMs: number): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'IN_PROGRESS') throw new Refused('WRONG_STATUS');
    this.#did('extended');
    message.delivery.lease_expires_at = this.iso(leaseMs);
    return copy;
  }

  release(by: Holder, delayMs: number): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'IN_PROGRESS') throw new Refused('WRONG_STATUS');
    this.#did(delayMs > 0 ? 'released with a delay' : 'released');
    this.#endLease(message);
    this.#giveAttemptBack(message);
    if (delayMs > 0) message.not_before = this.iso(delayMs);
    return copy;
  }

  fail(by: Holder, error: string, reject: boolean): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    const attempts = (message.delivery.attempts ?? 0) + (message.status === 'PENDING' ? 1 : 0);
    this.#endLease(message);
    Object.assign(message.delivery, { attempts, last_error: error });
    if (reject || attempts >= RULES.maxAttempts) {
      this.#did(reject ? 'dead by reject' : 'dead by failing');
      this.#bury(copy, reject ? 'rejected' : 'failed');
      return copy;
    }
    this.#did('failed with a back-off');
    message.not_before = this.iso(1000 * 2 ** (attempts - 1));
    return copy;
  }

  block(by: Holder, reason: string): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    this.#did('blocked');
    if (message.status === 'IN_PROGRESS') this.#giveAttemptBack(message);
    this.#endLease(message);
    message.delivery.blocked_reason = reason;
    message.status = 'BLOCKED';
    return copy;
  }

  unblock(by: Holder): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'BLOCKED') throw new Refused('WRONG_STATUS');
    this.#did('unblocked');
    this.#endLease(message);
    delete message.delivery.blocked_reason;
    return copy;
  }

  releaseHeld(id: string, by: string | undefined, note: string | undefined): ModelCopy[] {
    const held = this.#stillHeld(id);
    if (held.some(({ inbox }) => !this.inboxes.includes(inbox))) throw new Refused('UNKNOWN_AGENT');
    this.#did('held, then released');
    for (const copy of held) {
      copy.section = 'active';
      Object.assign(copy.message.delivery, {
        released_at: this.iso(),
        ...(by && { released_by: by }),
        ...(note && { released_note: note }),
      });
    }
    return held;
  }

  rejectHeld(id: string, by: string | undefined, reason: string): ModelCopy[] {
    const held = this.#stillHeld(id);
    this.#did('held, then rejected');
    for (const copy of held) {
      this.#makeDead(copy, 'rejected', reason);
      if (by) copy.message.delivery.rejected_by = by;
    }
    const [first] = held;
    const recipients = held.map(({ inbox }) => inbox);
    const notice = { reason: 'rejected', held_reason: first?.message.delivery.held_reason, recipients: recipients.sort() };
    if (first) this.#tellSender(first, { sender: by ?? first.inbox, subject: 'Rejected', context: notice });
    return held;
  }

  redrive(id: string, inbox: string | undefined): ModelCopy[] {
    const meant = this.copies.filter((copy) => copy.message.id === id && (inbox === undefined || copy.inbox === inbox));
    for (const copy of meant) this.#putDown(copy);
    const dead = meant.filter(({ section }) => section === 'dead');
    if (dead.length === 0) throw new Refused(meant.length > 0 ? 'WRONG_STATUS' : 'MESSAGE_NOT_FOUND');
    if (dead.some((copy) => !this.inboxes.includes(copy.inbox))) throw new Refused('UNKNOWN_AGENT');
    for (const copy of dead) {
      const { message } = copy;
      const { attempts: _, dead_reason: __, dead_at: ___, rejected_by: ____, ...delivery } = message.delivery;
      message.delivery = delivery;
      if (message.expires_at !== undefined && message.expires_at <= this.iso()) delete message.expires_at;
      copy.section = delivery.held_at !== undefined && delivery.released_at === undefined ? 'held' : 'active';
      this.#did(copy.section === 'held' ? 'redriven, and held again' : 'redriven');
    }
    return dead;
  }

  purge(section: 'dead' | 'archived', olderThanMs: number): Named[] {
    if (section === 'dead') for (const copy of [...this.copies]) this.#putDown(copy);
    const sinceOf = ({ delivery }: ModelMessage) => (section === 'dead' ? delivery.dead_at : delivery.completed_at) ?? '';
    const gone = this.copies.filter((copy) => copy.section === section && sinceOf(copy.message) <= this.iso(-olderThanMs));
    this.copies = this.copies.filter((copy) => !gone.includes(copy));
    for (const { message } of gone) {
      if (!this.copies.some((copy) => copy.message.id === message.id)) this.forgotten.add(`${message.sender} ${message.idempotency_key}`);
      this.#did(section === 'dead' ? 'purged of the dead' : 'purged of the archive');
    }
    return gone.map(named);
  }

  archive({ agent, olderThanMs = 0, keep = 0 }: { agent?: string | undefined; olderThanMs?: number; keep?: number }): Named[] {
    const inboxes = agent === undefined ? this.inboxes : [agent];
    return inboxes.flatMap((inbox) => {
      const at = ({ message }: ModelCopy) => message.delivery.completed_at ?? '';
      const completed = this.#in(inbox).filter(({ section, message }) => section === 'active' && message.status === 'COMPLETED');
      const old = completed.filter((copy) => at(copy) <= this.iso(-olderThanMs)).sort((a, b) => (at(a) < at(b) ? -1 : 1));
      const moved = old.slice(0, Math.max(0, old.length - keep));
      for (const copy of moved) {
        copy.section = 'archived';
        this.#did('archived');
      }
      return moved.map(named);
    });
  }

  sweep(): { leases: Named[]; expired: Named[] } {
    const due = this.copies.filter((copy) => this.due(copy) !== undefined);
    const swept = {
      leases: due.filter((copy) => this.due(copy) !== 'expired').map(named),
      expired: due.filter((copy) => this.due(copy) === 'expired').map(named),
    };
    for (const copy of due) this.#putDown(copy);
    return swept;
  }

  addInbox(agent: string): void {
    if (!this.inboxes.includes(agent)) this.inboxes.push(agent);
  }

  removeInbox(agent: string): void {
    for (const copy of this.#in(agent)) this.#putDown(copy);
    const open = this.#in(agent).filter(({ section, message }) => section === 'active' && message.status !== 'COMPLETED');
    if (open.length > 0) throw new Refused('WRONG_STATUS');
    if (!this.inboxes.includes(agent)) return;
    this.archive({ agent });
    this.inboxes = this.inboxes.filter((inbox) => inbox !== agent);
    this.#did('an inbox taken away');
  }

  /** What is due without anybody's doing: a lease that ran out, a time to live that is over. */
  due({ section, message }: ModelCopy): 'returned' | 'exhausted' | 'expired' | undefined {
    const isOver = (time: string | undefined) => time !== undefined && time <= this.iso();
    if (section === 'held') return isOver(message.expires_at) ? 'expired' : undefined;
    if (section !== 'active') return undefined;
    const isLost = message.status === 'IN_PROGRESS' && isOver(message.delivery.lease_expires_at);
    if (isLost && (message.delivery.attempts ?? 0) >= RULES.maxAttempts) return 'exhausted';
    if ((isLost || message.status === 'PENDING') && isOver(message.expires_at)) return 'expired';
    return isLost ? 'returned' : undefined;
  }

  /** A copy as every reader is shown it: as if what is due had been put down. */
  shown(copy: ModelCopy): ModelCopy {
    const due = this.due(copy);
    if (due === undefined) return copy;
    const seen = structuredClone(copy);
    if (due === 'returned') this.#return(seen.message);
    else this.#makeDead(seen, due === 'expired' ? 'expired' : 'failed', due === 'exhausted' ? 'The lease ran out.' : undefined);
    return seen;
  }

  /** What the agent could claim next, in the order of work: priority, which rises by one step an hour up to high; then age. */
  inOrderOfWork(agent: string, type?: string, risesBy = RULES.riseAfterMs): ModelCopy[] {
    const rank = ({ priority, timestamp }: ModelMessage) => {
      const own = PRIORITIES.indexOf(priority);
      const hours = Math.floor((this.now - Date.parse(timestamp)) / risesBy);
      return Math.max(own, Math.min(own + hours, PRIORITIES.indexOf('high')));
    };
    const number = ({ id }: ModelMessage) => Number(id.slice(4));
    return this.readBy(agent)
      .flatMap((inbox) => this.#in(inbox))
      .filter(({ section, message }) => section === 'active' && message.status === 'PENDING')
      .filter(({ message }) => (message.not_before ?? '') <= this.iso() && (type === undefined || message.type === type))
      .sort(
        ({ message: a }, { message: b }) => rank(b) - rank(a) || Date.parse(a.timestamp) - Date.parse(b.timestamp) || number(a) - number(b),
      );
  }

  /** Whether it is nobody's to foretell: two bounces of one step have their numbers in any order. */
  isOpenWhichIsNext(agent: string, type?: string): boolean {
    const later = new Model(new Map());
    Object.assign(later, structuredClone({ copies: this.copies, inboxes: this.inboxes, now: this.now, step: this.step + 1 }));
    for (const copy of later.#in(...this.readBy(agent))) later.#putDown(copy);
    const [first, second] = later.inOrderOfWork(agent, type);
    if (!first || !second || first.message.id === second.message.id) return false;
    return (
      first.born === second.born &&
      first.message.timestamp === second.message.timestamp &&
      first.message.priority === second.message.priority
    );
  }

  readBy(agent: string): string[] {
    return [agent, ...Object.entries(RULES.groups).flatMap(([group, members]) => (members.includes(agent) ? [group] : []))];
  }

  iso(later = 0): string {
    return new Date(this.now + later).toISOString();
  }

  /** The agent's copy of a message, in whatever state; the open one where there are two. */
  #own(agent: string, id: string): ModelCopy {
    const own = this.readBy(agent).flatMap((inbox) => this.#in(inbox).filter(({ message }) => message.id === id));
    const alive = own.filter((copy) => ['active', 'archived'].includes(this.shown(copy).section));
    const copy = alive.find(({ section, message }) => section === 'active' && message.status !== 'COMPLETED') ?? alive[0];
    if (!copy) throw new Refused('MESSAGE_NOT_FOUND');
    return copy;
  }

  /** Who holds no live lease changes nothing; who shows a token must show the live one. */
  #heldBy({ agent, id, token }: Holder): { copy: ModelCopy; message: ModelMessage } {
    const copy = this.#own(agent, id);
    if (copy.section === 'archived') throw new Refused('WRONG_STATUS', 'it is archived');
    if (this.due(copy) === 'returned') this.#putDown(copy);
    const { status, delivery } = copy.message;
    const live = status === 'IN_PROGRESS';
    if (token !== undefined && (!live || token !== delivery.lease_token)) throw new Refused('LEASE_LOST', 'the token is stale');
    if (!live && delivery.lease_expires_at !== undefined && delivery.claimed_by === agent)
      throw new Refused('LEASE_LOST', 'the lease ran out');
    if (status === 'COMPLETED') throw new Refused('WRONG_STATUS');
    if (live && token === undefined && delivery.claimed_by !== agent) throw new Refused('ALREADY_CLAIMED');
    return { copy, message: copy.message };
  }

  #completeIfOpen(by: Holder, answer: string): void {
    const { section, message } = this.#own(by.agent, by.id);
    if (section === 'active' && message.status !== 'COMPLETED') this.complete(by, `Answered by ${answer}`);
  }

  #stillHeld(id: string): ModelCopy[] {
    const copies = this.copies.filter(({ message }) => message.id === id);
    const held = copies.filter((copy) => this.shown(copy).section === 'held');
    if (held.length === 0) throw new Refused(copies.length > 0 ? 'WRONG_STATUS' : 'MESSAGE_NOT_FOUND', 'it is not held');
    return held;
  }

  #putDown(copy: ModelCopy): void {
    const due = this.due(copy);
    if (due === undefined) return;
    this.#did(due === 'returned' ? 'a lease ran out' : due === 'exhausted' ? 'dead by its lease' : `${due} (${copy.section})`);
    if (due === 'returned') this.#return(copy.message);
    else if (due === 'expired') this.#bury(copy, 'expired');
    else this.#bury(copy, 'failed', 'The lease ran out.');
  }

  #bury(copy: ModelCopy, reason: string, error?: string): void {
    const wasHeld = copy.section === 'held';
    this.#makeDead(copy, reason, error);
    const { id, requires_response, delivery } = copy.message;
    const isLast = !this.copies.some(({ section, message }) => section === 'held' && message.id === id);
    if (!(wasHeld ? isLast : requires_response)) return;
    this.#tellSender(copy, { sender: copy.inbox, subject: 'Not handled', context: { reason, attempts: delivery.attempts ?? 0 } });
  }

  #makeDead(copy: ModelCopy, reason: string, error?: string): void {
    this.#endLease(copy.message);
    copy.section = 'dead';
    delete copy.message.not_before;
    Object.assign(copy.message.delivery, { dead_reason: reason, dead_at: this.iso(), ...(error !== undefined && { last_error: error }) });
  }

  #tellSender(
    { message }: ModelCopy,
    { sender, subject, context }: { sender: string; subject: string; context: Record<string, unknown> },
  ): void {
    if (message.metadata?.bounce === true || !this.inboxes.includes(message.sender)) return;
    this.#did('a sender told');
    this.#add(message.sender, 'active', {
      ...this.#messageOf({ sender, recipients: [], priority: message.priority, type: 'INFO', wantsAnswer: false }, this.#nextId()),
      recipient: message.sender,
      subject: `${subject}: ${message.subject}`,
      content: { context: { message_id: message.id, ...context }, attachments: [] },
      references: [message.id],
      metadata: { bounce: true },
      ...(message.correlation_id !== undefined && { correlation_id: message.correlation_id }),
      delivery: {},
    });
  }

  #return(message: ModelMessage): void {
    delete message.delivery.lease_token;
    message.status = 'PENDING';
  }

  #endLease(message: ModelMessage): void {
    for (const field of ['lease_token', 'lease_expires_at', 'claimed_by', 'claimed_at'] as const) delete message.delivery[field];
    message.status = 'PENDING';
  }

  #giveAttemptBack({ delivery }: ModelMessage): void {
    delivery.attempts = (delivery.attempts ?? 0) - 1;
    if (delivery.attempts <= 0) delete delivery.attempts;
  }

  #messageOf(sent: Sent, id: string): Omit<ModelMessage, 'recipient' | 'delivery'> {
    return {
      id,
      timestamp: this.iso(),
      sender: sent.sender,
      type: sent.type,
      priority: sent.priority,
      status: 'PENDING',
      subject: 'Something',
      content: { context: {}, attachments: [] },
      references: [],
      requires_response: sent.wantsAnswer,
      ...(sent.key !== undefined && { idempotency_key: sent.key }),
      ...(sent.thread !== undefined && { correlation_id: sent.thread }),
      ...(sent.ttlMs !== undefined && { expires_at: this.iso(sent.ttlMs) }),
      ...(sent.delayMs !== undefined && { not_before: this.iso(sent.delayMs) }),
    };
  }

  #add(inbox: string, section: ModelCopy['section'], message: ModelMessage): void {
    this.copies.push({ inbox, section, message, born: this.step, tokens: [] });
  }

  #in(...inboxes: string[]): ModelCopy[] {
    return this.copies.filter(({ inbox }) => inboxes.includes(inbox));
  }

  #nextId(): string {
    this.lastNumber += 1;
    return `msg-${String(this.lastNumber).padStart(3, '0')}`;
  }

  #noteOrder(copy: ModelCopy, agent: string, type: string | undefined): void {
    if (this.inOrderOfWork(agent, type, Number.POSITIVE_INFINITY)[0] !== copy) this.#did('the next by its age');
    const waiting = this.#in(copy.inbox).some(({ message, section }) => section === 'active' && (message.not_before ?? '') > this.iso());
    if (waiting) this.#did('the next, past one that backs off');
  }

  #did(deed: string): void {
    this.#deeds.push(deed);
  }
}

export interface Holder {
  agent: string;
  id: string;
  token: string | undefined;
}

export interface Named {
  inbox: string;
  id: string;
}

const PRIORITIES = ['low', 'medium', 'high', 'critical'];

function named({ inbox, message: { id } }: ModelCopy): Named {
  return { inbox, id };
}
