import {
  appendMessage,
  blocksOf,
  emptyInbox,
  type InboxDocument,
  moveToArchived,
  parseInbox,
  removeMessage,
  renderInbox,
  updateMessage,
} from '../../src/inbox/inbox.ts';
import { type FileKind, mergeInbox } from '../../src/merge/merge-inbox.ts';
import type { Message } from '../../src/message/message.ts';

export const EMPTY = emptyInbox('gpt');

/** A message for gpt with this number: its id, uid and time follow from it. */
export function numbered(n: number, more: Partial<Message> = {}): Message {
  return {
    id: `msg-${String(n).padStart(3, '0')}`,
    timestamp: new Date(Date.UTC(2026, 0, 17, 12, n)).toISOString(),
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: `Number ${n}`,
    content: { details: 'It is done.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    uid: `uid-${n}`,
    ...more,
  };
}

/** One edit after another on the text of an inbox. */
export function edited(text: string, ...edits: ((doc: InboxDocument) => InboxDocument)[]): string {
  return renderInbox(edits.reduce((doc, edit) => edit(doc), parseInbox(Buffer.from(text)))).toString();
}

export const add = (message: Message) => (doc: InboxDocument) => appendMessage(doc, message);
export const change = (id: string, more: Record<string, unknown>) => (doc: InboxDocument) => {
  const block = blockWith(doc, id);
  return updateMessage(doc, block, { ...block.message, ...more });
};
export const take = (id: string) => (doc: InboxDocument) => removeMessage(doc, blockWith(doc, id));
export const archive = (id: string) => (doc: InboxDocument) => {
  const block = blockWith(doc, id);
  return moveToArchived(doc, block, { ...block.message, status: 'COMPLETED' });
};

/** The merge as text with what it leaves to a person; undefined where it gives up. */
export function merge(base: string, ours: string, theirs: string, kind: FileKind = 'inbox') {
  const merged = mergeInbox({ base: Buffer.from(base), ours: Buffer.from(ours), theirs: Buffer.from(theirs) }, kind);
  return merged && { text: merged.bytes.toString(), conflict: merged.conflict };
}

/** "msg-001 PENDING", in the order of the file; with " archived" for what is. */
export function statesIn(text: string | undefined): string[] {
  return blocksOf(parseInbox(Buffer.from(text ?? ''))).map(
    ({ id, message, section }) => `${id} ${message?.status ?? 'broken'}${section === 'archived' ? ' archived' : ''}`,
  );
}

function blockWith(doc: InboxDocument, id: string) {
  const block = blocksOf(doc).find((candidate) => candidate.id === id);
  if (!block) throw new Error(`no ${id}`);
  return block;
}
