import { referencesOf } from '../message/answers.ts';
import type { Message } from '../message/message.ts';
import { isoOf } from '../message/time.ts';
import { dueAt, overdueIn } from '../orchestrator/deadlines.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { Overdue, OverdueRequest } from './analytics-requests.ts';
import type { CoreContext } from './context.ts';
import { placeOf } from './find.ts';
import { inboxesOf } from './groups.ts';
import { EVERY_SECTION } from './messages.ts';

/**
 * What was to be answered by now and was not, what is due longest first: by whom, `inbox` says. With `agent` what it owes
 * (in its inbox and those of its groups) and what others owe it. @throws UNKNOWN_AGENT, INVALID_NAME
 */
export async function overdue(ctx: CoreContext, { agent: name }: OverdueRequest = {}): Promise<Overdue[]> {
  const agent = name === undefined ? undefined : agentOf(ctx, name);
  const inboxes = agent === undefined ? undefined : inboxesOf(ctx, agent);
  const open = await openWithDeadline(ctx);
  return overdueAmong(
    ctx,
    open.filter(({ inbox, message }) => inboxes === undefined || inboxes.includes(inbox) || message.sender === agent),
  );
}

/** Everything that is open and to be answered by some time. */
export function openWithDeadline({ store }: CoreContext, inboxes?: string[]): Promise<Copy[]> {
  return store.list({
    ...(inboxes && { inboxes }),
    filter: (message) => message.status !== 'COMPLETED' && dueAt(message) !== undefined,
  });
}

/** Which of these open copies are overdue. Reads the other messages only where one is past its time. */
export async function overdueAmong(ctx: CoreContext, open: readonly Copy[]): Promise<Overdue[]> {
  const { store, workspace, clock } = ctx;
  const now = clock();
  const late = open.filter(({ message }) => (dueAt(message) ?? now) < now);
  if (late.length === 0) return [];
  const answers = await store.list({ sections: EVERY_SECTION, filter: mayAnswer(late) });
  const known = [...late, ...answers.filter((copy) => !late.some((one) => one.inbox === copy.inbox && one.message.id === copy.message.id))];
  const found = overdueIn(known, now, workspace.settings.groups);
  return found
    .filter(({ copy }) => late.includes(copy))
    .map(({ copy, dueAt: due, overdueMs }) => ({ message: copy.message, ...placeOf(copy), due_at: isoOf(due), overdue_ms: overdueMs }));
}

function mayAnswer(copies: readonly Copy[]): (message: Message) => boolean {
  const ids = new Set(copies.flatMap(({ message }) => [message.id, message.correlation_id ?? message.id]));
  return (message) =>
    referencesOf(message).some((id) => ids.has(id)) || (message.correlation_id !== undefined && ids.has(message.correlation_id));
}
