import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import { uidOf } from '../message/uid.ts';
import type { FormerId } from './former-ids.ts';
import { compareTexts } from './state.ts';

/** One message of a workspace, whichever copies there are of it. */
export interface KnownMessage {
  name: string;
  /** One of its copies. */
  message: Message;
  /** The id that it is to have. */
  id: string;
  /** The ids that its copies have. */
  ids: Set<string>;
  former: readonly FormerId[];
}

/** Tells which id is to stand where `from` names `id`: in its references, or as the answer that finished it. */
export type Target = (from: Message, id: string, kind: 'reference' | 'answer') => string;

/**
 * Finds the message that is meant by an id which several have or had. On which branch a message was written is not known any
 * more after a rebase, so the messages themselves decide: nobody refers to what was not sent yet; an answer goes back to the
 * sender, from the recipient; "Re: …" names what is answered; and of what is left the latest is meant. Every clone finds
 * the same one.
 */
export function referenceTo(known: readonly KnownMessage[]): Target {
  const now = new Map<string, KnownMessage[]>();
  const before = new Map<string, { one: KnownMessage; until: string }[]>();
  for (const one of known) {
    for (const id of one.ids) now.set(id, [...(now.get(id) ?? []), one]);
    for (const { id, until } of one.former) if (!one.ids.has(id)) before.set(id, [...(before.get(id) ?? []), { one, until }]);
  }
  return (from, id, kind) => {
    const current = now.get(id) ?? [];
    const earlier = before.get(id) ?? [];
    const meant = earlier.filter(({ until }) => current.length === 0 || from.timestamp <= until).map(({ one }) => one);
    const others = [...current, ...meant].filter(({ message }) => uidOf(message) !== uidOf(from));
    const [first] = others;
    if (!first) return id;
    if (others.length === 1) return first.id;
    const score = kind === 'reference' ? scoreOfReference : scoreOfAnswer;
    const best = others.map((one) => ({ one, score: score(from, one) })).sort((a, b) => b.score - a.score || byTime(b.one, a.one));
    return kind === 'answer' ? nearest(from, best) : (best[0]?.one.id ?? id);
  };
}

function scoreOfReference(from: Message, { message: to }: KnownMessage): number {
  return (
    points((timeOf(to.timestamp) ?? 0) <= (timeOf(from.timestamp) ?? Infinity), 32) +
    points(from.recipient === to.sender && from.sender !== to.sender, 8) +
    points(from.sender === to.recipient, 8) +
    points(from.sender === to.sender && from.recipient === to.recipient, 4) +
    points(to.subject !== '' && from.subject.includes(to.subject), 16)
  );
}

/** How well `answer` fits as what finished `from`. */
function scoreOfAnswer(from: Message, { message: answer }: KnownMessage): number {
  return (
    points((timeOf(answer.timestamp) ?? 0) >= (timeOf(from.timestamp) ?? 0), 32) +
    points(answer.sender === from.recipient || answer.sender === from.delivery?.claimed_by, 8) +
    points(answer.recipient === from.sender, 8) +
    points(from.subject !== '' && answer.subject.includes(from.subject), 16)
  );
}

/** Among the best answers the one that was sent when the message was finished. */
function nearest(from: Message, best: readonly { one: KnownMessage; score: number }[]): string {
  const end = timeOf(from.delivery?.completed_at) ?? 0;
  const away = (one: KnownMessage) => Math.abs((timeOf(one.message.timestamp) ?? 0) - end);
  const top = best.filter(({ score }) => score === best[0]?.score);
  const [first] = [...top].sort((a, b) => away(a.one) - away(b.one) || byTime(a.one, b.one));
  return first?.one.id ?? '';
}

function byTime({ message: a }: KnownMessage, { message: b }: KnownMessage): number {
  return compareTexts(a.timestamp, b.timestamp) || compareTexts(uidOf(a), uidOf(b));
}

function points(holds: boolean, worth: number): number {
  return holds ? worth : 0;
}
