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
  const before = new Map<string, Block[]>();
  return blocks.flatMap((block): Problem[] => {
    if (block.id === undefined || block.kind === 'broken') return [];
    const same = before.get(block.id) ?? [];
    before.set(block.id, [...same, block]);
    const earlier = same.find((other) => !areCopies(other, block));
    if (!earlier) return [];
    const message = `The id ${block.id} is taken by the message in line ${earlier.line}.`;
    return [
      { severity: 'error', code: 'DUPLICATE_ID', message, hint: 'Run "comms doctor --fix" to give it a fresh id.', line: block.line },
    ];
  });
}

/** Whether two blocks are one message for two recipients, as they stand side by side in a file of several inboxes. */
function areCopies({ message: one }: Block, { message: other }: Block): boolean {
  return typeof one?.uid === 'string' && one.uid === other?.uid && one.recipient !== other.recipient;
}

const HINTS = {
  BAD_JSON: 'Mend the JSON by hand; until then nobody can act on the message.',
  INVALID_UTF8: 'Save the file as UTF-8.',
  NOT_ONE_MESSAGE: 'Give each message a fence of its own.',
  OPEN_FENCE: 'Add a line "```" below the JSON.',
} as const;
