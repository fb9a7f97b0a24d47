/** The lossless codec for inbox files (DESIGN §3): bytes in, a document that can be asked and edited, bytes out. */
export {
  type Block,
  type BlockError,
  blocksOf,
  type Eol,
  type InboxDocument,
  type InboxSection,
  renderInbox,
  type Segment,
} from './document.ts';
export { appendBlock, appendMessage, insertionOffset, moveToArchived, removeMessage, updateMessage } from './edit.ts';
export { emptyInbox } from './empty.ts';
export { renderAppended, type Surroundings } from './message-text.ts';
export { parseInbox } from './parse.ts';
export { problemsOf } from './problems.ts';
