import { Copies } from './copies.ts';
import { type ModelCopy, type ModelMessage, Refused, RULES, type Sent } from './shapes.ts';

/**
 * What DESIGN §5 and §8 say of the life of a message, as naively as it can be written. Each method is a verb of the store
 * port, and refuses with the code that the store is to give.
 */
export class Model extends Copies {
  deliver(sent: Sent): { id: string; outcomes: Record<string, string> } {
    const touched = sent.recipients.filter((name) => this.inboxes.includes(name));
    for (const copy of this.lyingIn(...touched)) this.putDown(copy);
    const before = this.copies.filter(({ message }) => message.sender === sent.sender && message.idempotency_key === sent.key);
    const [first] = sent.key === undefined ? [] : before;
    if (first) {
      if (sent.completes) this.#completeIfOpen(sent.completes, first.message.id);
      this.did('a repeated key');
      return {
        id: first.message.id,
        outcomes: Object.fromEntries(before.map((copy) => [copy.inbox, this.shown(copy).section === 'held' ? 'held' : 'duplicate'])),
      };
    }
    if (sent.recipients.some((name) => !this.inboxes.includes(name))) throw new Refused('UNKNOWN_AGENT');
    const id = this.nextId();
    if (sent.completes) {
      this.complete(sent.completes, `Answered by ${id}`);
      this.did('completed by an answer');
    }
    for (const recipient of sent.recipients) {
      const delivery = sent.hold === undefined ? {} : { held_reason: sent.hold, held_at: this.iso() };
      this.add(recipient, sent.hold === undefined ? 'active' : 'held', { ...this.messageOf(sent, id), recipient, delivery });
    }
    this.did(sent.hold === undefined ? 'sent' : 'held');
    if (sent.hold !== undefined && sent.recipients.length > 1) this.heldForSeveral.add(id);
    if (sent.recipients.length > 1) this.did('sent to several');
    if (sent.recipients.includes('reviewers')) this.did('sent to a group');
    return { id, outcomes: Object.fromEntries(sent.recipients.map((name) => [name, sent.hold === undefined ? 'delivered' : 'held'])) };
  }

  claim({ agent, id, type, leaseMs = RULES.leaseMs }: { agent: string; id?: string; type?: string; leaseMs?: number }): ModelCopy {
    for (const copy of this.lyingIn(...this.readBy(agent))) this.putDown(copy);
    const copy = id === undefined ? this.inOrderOfWork(agent, type)[0] : this.own(agent, id);
    if (!copy) throw new Refused('NOTHING_TO_CLAIM');
    const { message } = copy;
    if (message.status === 'COMPLETED' || message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    const again = message.status === 'IN_PROGRESS';
    if (again && message.delivery.claimed_by !== agent) throw new Refused('ALREADY_CLAIMED');
    if (id === undefined) this.#noteOrder(copy, agent, type);
    this.did(again ? 'claimed again' : id === undefined ? 'claimed as the next' : 'claimed by id');
    if (!again && copy.inbox !== agent) this.did('claimed from a group');
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
    this.did(message.status === 'PENDING' ? 'completed unclaimed' : 'completed');
    const { lease_token: _, lease_expires_at: __, ...delivery } = message.delivery;
    message.delivery = { ...delivery, claimed_by: by.agent, completed_at: this.iso(), ...(result !== undefined && { result }) };
    delete message.not_before;
    message.status = 'COMPLETED';
    return copy;
  }

  extend(by: Holder, leaseMs: number): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'IN_PROGRESS') throw new Refused('WRONG_STATUS');
    this.did('extended');
    message.delivery.lease_expires_at = this.iso(leaseMs);
    return copy;
  }

  release(by: Holder, delayMs: number): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'IN_PROGRESS') throw new Refused('WRONG_STATUS');
    this.did(delayMs > 0 ? 'released with a delay' : 'released');
    this.endLease(message);
    this.giveAttemptBack(message);
    if (delayMs > 0) message.not_before = this.iso(delayMs);
    return copy;
  }

  fail(by: Holder, error: string, reject: boolean): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    const attempts = (message.delivery.attempts ?? 0) + (message.status === 'PENDING' ? 1 : 0);
    this.endLease(message);
    Object.assign(message.delivery, { attempts, last_error: error });
    if (reject || attempts >= RULES.maxAttempts) {
      this.did(reject ? 'dead by reject' : 'dead by failing');
      this.bury(copy, reject ? 'rejected' : 'failed');
      return copy;
    }
    this.did('failed with a back-off');
    message.not_before = this.iso(1000 * 2 ** (attempts - 1));
    return copy;
  }

  block(by: Holder, reason: string): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status === 'BLOCKED') throw new Refused('WRONG_STATUS');
    this.did('blocked');
    if (message.status === 'IN_PROGRESS') this.giveAttemptBack(message);
    this.endLease(message);
    message.delivery.blocked_reason = reason;
    message.status = 'BLOCKED';
    return copy;
  }

  unblock(by: Holder): ModelCopy {
    const { copy, message } = this.#heldBy(by);
    if (message.status !== 'BLOCKED') throw new Refused('WRONG_STATUS');
    this.did('unblocked');
    this.endLease(message);
    delete message.delivery.blocked_reason;
    return copy;
  }

  releaseHeld(id: string, by: string | undefined, note: string | undefined): ModelCopy[] {
    const held = this.#stillHeld(id);
    if (held.some(({ inbox }) => !this.inboxes.includes(inbox))) throw new Refused('UNKNOWN_AGENT');
    this.did('held, then released');
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
    this.did('held, then rejected');
    for (const copy of held) {
      this.makeDead(copy, 'rejected', reason);
      if (by) copy.message.delivery.rejected_by = by;
    }
    const [first] = held;
    const recipients = held.map(({ inbox }) => inbox);
    const notice = { reason: 'rejected', held_reason: first?.message.delivery.held_reason, recipients: recipients.sort() };
    if (first) this.tellSender(first, { sender: by ?? first.inbox, subject: 'Rejected', context: notice });
    return held;
  }

  redrive(id: string, inbox: string | undefined): ModelCopy[] {
    const meant = this.copies.filter((copy) => copy.message.id === id && (inbox === undefined || copy.inbox === inbox));
    for (const copy of meant) this.putDown(copy);
    const dead = meant.filter(({ section }) => section === 'dead');
    if (dead.length === 0) throw new Refused(meant.length > 0 ? 'WRONG_STATUS' : 'MESSAGE_NOT_FOUND');
    if (dead.some((copy) => !this.inboxes.includes(copy.inbox))) throw new Refused('UNKNOWN_AGENT');
    for (const copy of dead) {
      const { message } = copy;
      const { attempts: _, dead_reason: __, dead_at: ___, rejected_by: ____, ...delivery } = message.delivery;
      message.delivery = delivery;
      if (message.expires_at !== undefined && message.expires_at <= this.iso()) delete message.expires_at;
      copy.section = delivery.held_at !== undefined && delivery.released_at === undefined ? 'held' : 'active';
      this.did(copy.section === 'held' ? 'redriven, and held again' : 'redriven');
    }
    return dead;
  }

  purge(section: 'dead' | 'archived', olderThanMs: number): Named[] {
    if (section === 'dead') for (const copy of [...this.copies]) this.putDown(copy);
    const sinceOf = ({ delivery }: ModelMessage) => (section === 'dead' ? delivery.dead_at : delivery.completed_at) ?? '';
    const gone = this.copies.filter((copy) => copy.section === section && sinceOf(copy.message) <= this.iso(-olderThanMs));
    this.copies = this.copies.filter((copy) => !gone.includes(copy));
    for (const { message } of gone) {
      if (!this.copies.some((copy) => copy.message.id === message.id)) this.forgotten.add(`${message.sender} ${message.idempotency_key}`);
      this.did(section === 'dead' ? 'purged of the dead' : 'purged of the archive');
    }
    return gone.map(named);
  }

  archive({ agent, olderThanMs = 0, keep = 0 }: { agent?: string | undefined; olderThanMs?: number; keep?: number }): Named[] {
    const inboxes = agent === undefined ? this.inboxes : [agent];
    return inboxes.flatMap((inbox) => {
      const at = ({ message }: ModelCopy) => message.delivery.completed_at ?? '';
      const completed = this.lyingIn(inbox).filter(({ section, message }) => section === 'active' && message.status === 'COMPLETED');
      const old = completed.filter((copy) => at(copy) <= this.iso(-olderThanMs)).sort((a, b) => (at(a) < at(b) ? -1 : 1));
      const moved = old.slice(0, Math.max(0, old.length - keep));
      for (const copy of moved) {
        copy.section = 'archived';
        this.did('archived');
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
    for (const copy of due) this.putDown(copy);
    return swept;
  }

  addInbox(agent: string): void {
    if (!this.inboxes.includes(agent)) this.inboxes.push(agent);
  }

  removeInbox(agent: string): void {
    for (const copy of this.lyingIn(agent)) this.putDown(copy);
    const open = this.lyingIn(agent).filter(({ section, message }) => section === 'active' && message.status !== 'COMPLETED');
    if (open.length > 0) throw new Refused('WRONG_STATUS');
    if (!this.inboxes.includes(agent)) return;
    this.archive({ agent });
    this.inboxes = this.inboxes.filter((inbox) => inbox !== agent);
    this.did('an inbox taken away');
  }

  /** Who holds no live lease changes nothing; who shows a token must show the live one. */
  #heldBy({ agent, id, token }: Holder): { copy: ModelCopy; message: ModelMessage } {
    const copy = this.own(agent, id);
    if (copy.section === 'archived') throw new Refused('WRONG_STATUS', 'it is archived');
    if (this.due(copy) === 'returned') this.putDown(copy);
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
    const { section, message } = this.own(by.agent, by.id);
    if (section === 'active' && message.status !== 'COMPLETED') this.complete(by, `Answered by ${answer}`);
  }

  #stillHeld(id: string): ModelCopy[] {
    const copies = this.copies.filter(({ message }) => message.id === id);
    const held = copies.filter((copy) => this.shown(copy).section === 'held');
    if (held.length === 0) throw new Refused(copies.length > 0 ? 'WRONG_STATUS' : 'MESSAGE_NOT_FOUND', 'it is not held');
    return held;
  }

  #noteOrder(copy: ModelCopy, agent: string, type: string | undefined): void {
    if (this.inOrderOfWork(agent, type, Number.POSITIVE_INFINITY)[0] !== copy) this.did('the next by its age');
    const waiting = this.lyingIn(copy.inbox).some(
      ({ message, section }) => section === 'active' && (message.not_before ?? '') > this.iso(),
    );
    if (waiting) this.did('the next, past one that backs off');
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

function named({ inbox, message: { id } }: ModelCopy): Named {
  return { inbox, id };
}
