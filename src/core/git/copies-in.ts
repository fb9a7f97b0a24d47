import { blocksOf, parseInbox } from '../../inbox/inbox.ts';
import { completeMessage } from '../../message/complete.ts';
import { normalise } from '../../message/dialects.ts';
import { isShared, kindOf } from '../../store/message-files.ts';
import type { Copy } from '../../store/store.ts';

/**
 * The copies in the bytes of one of the workspace's files, as a commit has them; none where it is no file of messages.
 * `file` is relative to the workspace. Leases are shown as they are written, whatever the time. Blocks that nobody can
 * read are left out.
 */
export function copiesIn(file: string, bytes: Buffer): Copy[] {
  const kind = kindOf(file);
  if (kind === undefined) return [];
  return blocksOf(parseInbox(bytes)).flatMap((block): Copy[] => {
    if (block.kind !== 'message' || block.message === undefined) return [];
    const message = completeMessage(normalise(block.message).message);
    if (isShared(kind)) return [{ inbox: message.recipient, section: kind.kind, message, file }];
    return [{ inbox: kind.inbox, section: kind.kind === 'archive' ? 'archived' : block.section, message, file }];
  });
}
