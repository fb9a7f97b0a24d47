import type { Message } from '../../message/message.ts';
import { timeOf } from '../../message/time.ts';
import type { Session } from '../session.ts';
import type { Archived, ArchiveRequest, Copy } from '../store.ts';

/** Moves completed messages to the archive section, oldest first, and leaves the `keep` newest. Units: ms. */
export function archive(session: Session, request: ArchiveRequest): Archived {
  const { agent, olderThanMs = 0, keep = 0, rotate = false, dryRun = false } = request;
  const { rotateAboveBytes } = session.rules;
  const rotateAbove = rotate ? 0 : rotateAboveBytes === 0 ? Number.POSITIVE_INFINITY : rotateAboveBytes;
  const outcome: Archived = { archived: [], rotated: 0, left: 0 };
  for (const inbox of agent === undefined ? session.inboxes() : [agent]) {
    const limit = (request.limit ?? Number.POSITIVE_INFINITY) - outcome.archived.length;
    const copies = completedOf(session, inbox, olderThanMs).slice(0, keep === 0 ? undefined : -keep);
    outcome.left += Math.max(0, copies.length - limit);
    for (const copy of copies.slice(0, limit)) {
      if (!dryRun) session.move(copy, 'archived', copy.message);
      outcome.archived.push({ inbox, id: copy.message.id });
    }
    if (!dryRun) outcome.rotated += session.rotate(inbox, rotateAbove);
  }
  return outcome;
}

/** What keeps a busy inbox small by itself: past `archiveAbove` completed messages all but the newest are archived. */
export function archiveCrowded(session: Session, inbox: string): void {
  const { archiveAbove, archiveKeep } = session.rules;
  if (archiveAbove === 0 || session.completedCount(inbox) <= archiveAbove) return;
  archive(session, { agent: inbox, keep: Math.min(archiveKeep, archiveAbove) });
}

function completedOf(session: Session, inbox: string, olderThanMs: number): Copy[] {
  const old = (message: Message) => completedAt(message) <= session.now - olderThanMs;
  return session
    .completed(inbox)
    .filter(({ message }) => olderThanMs === 0 || old(message))
    .sort((a, b) => completedAt(a.message) - completedAt(b.message));
}

function completedAt(message: Message): number {
  return timeOf(message.delivery?.completed_at) ?? timeOf(message.timestamp) ?? 0;
}
