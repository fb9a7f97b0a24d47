import { type ModelCopy, type ModelMessage, Refused, RULES, type Sent } from './shapes.ts';

/**
 * The copies of the model: one list, times as ISO strings that are compared as strings, no sections to keep in step, no
 * files. And what happens to a copy without anybody's doing.
 */
export class Copies {
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
    if (due === 'returned') this.giveBack(seen.message);
    else this.makeDead(seen, due === 'expired' ? 'expired' : 'failed', due === 'exhausted' ? 'The lease ran out.' : undefined);
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
      .flatMap((inbox) => this.lyingIn(inbox))
      .filter(({ section, message }) => section === 'active' && message.status === 'PENDING')
      .filter(({ message }) => (message.not_before ?? '') <= this.iso() && (type === undefined || message.type === type))
      .sort(
        ({ message: a }, { message: b }) => rank(b) - rank(a) || Date.parse(a.timestamp) - Date.parse(b.timestamp) || number(a) - number(b),
      );
  }

  /** Whether it is nobody's to foretell: two bounces of one step have their numbers in any order. */
  isOpenWhichIsNext(agent: string, type?: string): boolean {
    const later = new Copies(new Map());
    Object.assign(later, structuredClone({ copies: this.copies, inboxes: this.inboxes, now: this.now, step: this.step + 1 }));
    for (const copy of later.lyingIn(...this.readBy(agent))) later.putDown(copy);
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
  protected own(agent: string, id: string): ModelCopy {
    const own = this.readBy(agent).flatMap((inbox) => this.lyingIn(inbox).filter(({ message }) => message.id === id));
    const alive = own.filter((copy) => ['active', 'archived'].includes(this.shown(copy).section));
    const copy = alive.find(({ section, message }) => section === 'active' && message.status !== 'COMPLETED') ?? alive[0];
    if (!copy) throw new Refused('MESSAGE_NOT_FOUND');
    return copy;
  }

  protected putDown(copy: ModelCopy): void {
    const due = this.due(copy);
    if (due === undefined) return;
    this.did(due === 'returned' ? 'a lease ran out' : due === 'exhausted' ? 'dead by its lease' : `${due} (${copy.section})`);
    if (due === 'returned') this.giveBack(copy.message);
    else if (due === 'expired') this.bury(copy, 'expired');
    else this.bury(copy, 'failed', 'The lease ran out.');
  }

  protected bury(copy: ModelCopy, reason: string, error?: string): void {
    const wasHeld = copy.section === 'held';
    this.makeDead(copy, reason, error);
    const { id, requires_response, delivery } = copy.message;
    const isLast = !this.copies.some(({ section, message }) => section === 'held' && message.id === id);
    if (!(wasHeld ? isLast : requires_response)) return;
    this.tellSender(copy, { sender: copy.inbox, subject: 'Not handled', context: { reason, attempts: delivery.attempts ?? 0 } });
  }

  protected makeDead(copy: ModelCopy, reason: string, error?: string): void {
    this.endLease(copy.message);
    copy.section = 'dead';
    delete copy.message.not_before;
    Object.assign(copy.message.delivery, { dead_reason: reason, dead_at: this.iso(), ...(error !== undefined && { last_error: error }) });
  }

  protected tellSender(
    { message }: ModelCopy,
    { sender, subject, context }: { sender: string; subject: string; context: Record<string, unknown> },
  ): void {
    if (message.metadata?.bounce === true || !this.inboxes.includes(message.sender)) return;
    this.did('a sender told');
    this.add(message.sender, 'active', {
      ...this.messageOf({ sender, recipients: [], priority: message.priority, type: 'INFO', wantsAnswer: false }, this.nextId()),
      recipient: message.sender,
      subject: `${subject}: ${message.subject}`,
      content: { context: { message_id: message.id, ...context }, attachments: [] },
      references: [message.id],
      metadata: { bounce: true },
      ...(message.correlation_id !== undefined && { correlation_id: message.correlation_id }),
      delivery: {},
    });
  }

  protected giveBack(message: ModelMessage): void {
    delete message.delivery.lease_token;
    message.status = 'PENDING';
  }

  protected endLease(message: ModelMessage): void {
    for (const field of ['lease_token', 'lease_expires_at', 'claimed_by', 'claimed_at'] as const) delete message.delivery[field];
    message.status = 'PENDING';
  }

  protected giveAttemptBack({ delivery }: ModelMessage): void {
    delivery.attempts = (delivery.attempts ?? 0) - 1;
    if (delivery.attempts <= 0) delete delivery.attempts;
  }

  protected messageOf(sent: Sent, id: string): Omit<ModelMessage, 'recipient' | 'delivery'> {
    return {
      id,
      timestamp: this.iso(-(sent.agoMs ?? 0)),
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
      ...(sent.isBounce && { metadata: { bounce: true } }),
    };
  }

  protected add(inbox: string, section: ModelCopy['section'], message: ModelMessage): void {
    this.copies.push({ inbox, section, message, born: this.step, tokens: [] });
  }

  protected lyingIn(...inboxes: string[]): ModelCopy[] {
    return this.copies.filter(({ inbox }) => inboxes.includes(inbox));
  }

  protected nextId(): string {
    this.lastNumber += 1;
    return `msg-${String(this.lastNumber).padStart(3, '0')}`;
  }

  protected did(deed: string): void {
    this.#deeds.push(deed);
  }
}

const PRIORITIES = ['low', 'medium', 'high', 'critical'];
