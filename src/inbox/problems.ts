import type { Problem } from '../message/message.ts';
import { type Block, blocksOf, type InboxDocument } from './document.ts';
import { headingId } from './headings.ts';

/** What is wrong with a file, ordered by line. Messages' fields are not looked at. */
export function problemsOf(doc: InboxDocument): Problem[] {
  const blocks = blocksOf(doc);
  const found = [...doc.notes, ...blocks.flatMap(blockProblems), ...duplicateProblems(blocks)];
  return found.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function blockProblems(block: Block): Problem[] {
  const { error, line, id, heading } = block;
  if (error)
    return [
      {
        severity: 'error',
        code: error.code,
        message: `${error.message}${id ? ` (${id})` : ''}`,
        hint: HINTS[error.code],
        line: error.line,
      },
    ];
  const problems: Problem[] = [];
  if (block.open)
    problems.push({ severity: 'warning', code: 'OPEN_FENCE', message: 'The fence is not closed.', hint: HINTS.OPEN_FENCE, line });
  if (id === undefined) {
    problems.push({
      severity: 'error',
      code: 'MISSING_ID',
      message: 'The message has no id.',
      hint: 'Run "comms doctor --fix" to give it one.',
      line,
    });
  }
  const named = heading === undefined ? undefined : headingId(heading);
  if (id !== undefined && named !== undefined && !heading?.includes(id)) {
    problems.push({
      severity: 'warning',
      code: 'HEADING_ID',
      message: `The heading names ${named}, the message is ${id}.`,
      hint: 'The id in the JSON counts.',
      line,
    });
  }
  return problems;
}

function duplicateProblems(blocks: readonly Block[]): Problem[] {
  const before = new Map<string, SameId>();
  return blocks.flatMap((block): Problem[] => {
    if (block.id === undefined || block.kind === 'broken') return [];
    const same = before.get(block.id);
    if (!same) {
      before.set(block.id, { first: block, copies: new Map([[block.message?.recipient, block]]) });
      return [];
    }
    const earlier = takenBy(same, block);
    if (!isOfUid(same.first, block)) same.stranger ??= block;
    else if (!same.copies.has(block.message?.recipient)) same.copies.set(block.message?.recipient, block);
    if (!earlier) return [];
    const message = `The id ${block.id} is taken by the message in line ${earlier.line}.`;
    return [
      { severity: 'error', code: 'DUPLICATE_ID', message, hint: 'Run "comms doctor --fix" to give it a fresh id.', line: block.line },
    ];
  });
}

/** What has to be known of the blocks with one id, so that the next one need not be compared with each of them. */
interface SameId {
  first: Block;
  /** The first one to each recipient that is the same message as `first`. */
  copies: Map<unknown, Block>;
  /** The first one that is another message. */
  stranger?: Block;
}

/** The earliest block that this one is no copy of: copies are one message for different recipients, as they stand side by side in a file of several inboxes. */
function takenBy({ first, copies, stranger }: SameId, block: Block): Block | undefined {
  const { recipient } = block.message ?? {};
  if (!isOfUid(first, block) || first.message?.recipient === recipient) return first;
  const twin = copies.get(recipient);
  if (!twin || !stranger) return twin ?? stranger;
  return twin.line < stranger.line ? twin : stranger;
}

function isOfUid({ message: one }: Block, { message: other }: Block): boolean {
  return typeof one?.uid === 'string' && one.uid === other?.uid;
}

const HINTS = {
  BAD_JSON: 'Mend the JSON by hand; until then nobody can act on the message.',
  INVALID_UTF8: 'Save the file as UTF-8.',
  NOT_ONE_MESSAGE: 'Give each message a fence of its own.',
  OPEN_FENCE: 'Add a line "```" below the JSON.',
} as const;
