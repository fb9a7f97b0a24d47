import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Copy, Section, Store } from '../../../src/store/store.ts';
import type { Model, Named } from './model.ts';
import { type Names, type PlainCopy, plainModel, sorted } from './names.ts';
import { type ModelCopy, Refused, RULES } from './shapes.ts';
import type { Subject } from './subject.ts';

export const EVERYTHING: Section[] = ['active', 'archived', 'held', 'dead'];

/** What a verb answered, in the names of the model, so that it can be compared. */
export type Answer = { refused: string } | { answered: unknown };

/** A store's error is an answer, too; one without a code of ours is not. */
export async function answerOf(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { answered: await work() };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || (error as Error).name !== 'CommsError') throw error;
    return { refused: code };
  }
}

export function modelAnswerOf(outcome: unknown): Answer {
  return outcome instanceof Refused ? { refused: outcome.code } : { answered: outcome };
}

/** Copies that a verb answered with, by inbox. */
export function plainCopies(copies: readonly Copy[], names: Names): PlainCopy[] {
  return sorted(
    copies.map((copy) => names.plain(copy)),
    idOf,
  );
}

export function modelCopies(model: Model, copies: readonly ModelCopy[]): PlainCopy[] {
  return sorted(
    copies.map((copy) => plainModel(model, copy)),
    idOf,
  );
}

export function plainNamed(found: readonly Named[], names: Names): Named[] {
  return sorted(
    found.map(({ inbox, id }) => ({ inbox, id: names.modelId(id) })),
    ({ id }) => id,
  );
}

/** Everything that can be seen of the store is what the model holds; one of its two objects wrote, the other one is asked. */
export async function compareState(model: Model, { names }: Subject, store: Store): Promise<void> {
  const found = await store.list({ sections: EVERYTHING });
  names.learnIds(found);
  const expected = modelCopies(
    model,
    model.copies.map((copy) => model.shown(copy)),
  );
  const seen = plainCopies(found, names);
  same(seen, expected);
  const most = Math.max(0, ...found.map(({ message }) => message.delivery?.attempts ?? 0));
  if (most > RULES.maxAttempts) throw new Error(`A message was tried ${most} times.`);
  same(statusIn(await store.status(), names), statusOf(model));
}

/** `toEqual`, which is asked only where there is something to show. */
function same(seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) expect(seen).toEqual(expected);
}

/** What status.json should say, counted from the copies. */
function statusOf(model: Model) {
  const shown = model.copies.map((copy) => model.shown(copy));
  const active = shown.filter(({ section }) => section === 'active');
  const ids = (status: string) => {
    const found = active.filter(({ inbox, message }) => model.inboxes.includes(inbox) && message.status === status);
    return [...new Set(found.map(({ message }) => message.id))].sort();
  };
  const counts = (name: string) => {
    const own = shown.filter(({ inbox }) => inbox === name);
    const count = (status: string) => own.filter(({ section, message }) => section === 'active' && message.status === status).length;
    return {
      messages_pending: count('PENDING'),
      messages_in_progress: count('IN_PROGRESS'),
      messages_blocked: count('BLOCKED'),
      messages_processed: count('COMPLETED') + own.filter(({ section }) => section === 'archived').length,
      error_count: own.filter(({ section, message }) => section === 'dead' || (section !== 'held' && message.delivery.last_error)).length,
    };
  };
  const agents = model.inboxes.filter((name) => name !== 'reviewers');
  return {
    last_updated: model.iso(),
    last_message_id: model.lastNumber === 0 ? null : `msg-${String(model.lastNumber).padStart(3, '0')}`,
    agents: Object.fromEntries(agents.map((name) => [name, { status: 'idle', current_task: null, ...counts(name) }])),
    groups: { reviewers: counts('reviewers') },
    pending_items: ids('PENDING'),
    in_progress_items: ids('IN_PROGRESS'),
    blocked_items: ids('BLOCKED'),
    completed_items: ids('COMPLETED'),
  };
}

function statusIn(status: Awaited<ReturnType<Store['status']>>, names: Names) {
  const { pending_items, in_progress_items, blocked_items, completed_items, ...rest } = status;
  const inModelIds = (ids: readonly string[]) => ids.map((id) => names.modelId(id)).sort();
  return {
    ...rest,
    pending_items: inModelIds(pending_items),
    in_progress_items: inModelIds(in_progress_items),
    blocked_items: inModelIds(blocked_items),
    completed_items: inModelIds(completed_items),
  };
}

function idOf({ message }: PlainCopy): string {
  return String(message.id);
}
