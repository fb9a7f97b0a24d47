import { CommsError } from '../../errors.ts';
import { type Block, blocksOf, parseInbox, problemsOf } from '../../inbox/inbox.ts';
import { normalise } from '../../message/dialects.ts';
import type { Problem } from '../../message/message.ts';
import { firstLine } from '../../message/text.ts';
import { duplicateIds, messageProblems } from '../message-problems.ts';
import type { Copy } from '../store.ts';
import { readStamped } from './durable/read-stamped.ts';
import { fileFor, inboxFile, kindOf, STATE_DIR } from './layout.ts';
import { lossesIn, stateIn } from './losses.ts';
import { unfinished } from './settle.ts';
import { statusProblems } from './status-problems.ts';
import type { FilesTools } from './tools.ts';

/** How many characters of a subject are shown. */
const MOST_OF_SUBJECT = 60;
const PLACES = { archived: 'archive', dead: 'dead letters' };

/** Everything that is wrong with the files of a workspace, each with its place. Changes nothing. */
export function problemsIn(whole: FilesTools): Problem[] {
  const { readable: files, problems } = unreadable(whole);
  const disk = { ...whole.disk, names: () => files };
  const tools = { ...whole, disk };
  return [
    ...problems,
    ...files.flatMap((file) => fileProblems(tools, file)),
    ...duplicateIds(files.flatMap((file) => disk.copies(file))),
    ...inboxProblems(tools, whole.disk.names()),
    ...losses(tools),
    ...statusProblems(tools),
  ];
}

/** Files that cannot be read at all, such as a link out of the workspace, must not hide what is wrong with the others. */
function unreadable({ disk }: FilesTools): { readable: string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const readable = disk.names().filter((file) => {
    try {
      disk.copies(file);
      return true;
    } catch (error) {
      if (!(error instanceof CommsError)) throw error;
      problems.push({ severity: 'error', code: error.code, message: error.message, file, ...(error.hint ? { hint: error.hint } : {}) });
      return false;
    }
  });
  return { readable, problems };
}

function fileProblems({ fs, disk, options }: FilesTools, file: string): Problem[] {
  const found = readStamped(fs, disk.pathOf(file));
  if (!found) return [];
  const doc = parseInbox(found.bytes);
  const kind = kindOf(file);
  const inbox = kind?.kind === 'inbox' ? kind.inbox : undefined;
  const inBlocks = blocksOf(doc).flatMap((block) => blockProblems(block, inbox, namesIn(options)));
  return [...problemsOf(doc), ...inBlocks].map((problem) => ({ ...problem, file })).sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Everybody who has an inbox: a group speaks, too, where it bounces a message that none of its members handled. */
function namesIn({ agents, rules: { groups } }: FilesTools['options']): string[] {
  return [...agents, ...Object.keys(groups)];
}

function blockProblems(block: Block, inbox: string | undefined, agents: readonly string[]): Problem[] {
  if (block.kind !== 'message' || block.message === undefined) return [];
  const { line, message: json } = block;
  const { dialect, message } = normalise(json);
  // What another dialect leaves out is filled in when the message is read.
  const problems = messageProblems(message, { inbox, agents, complete: dialect !== 'native' });
  return problems.map((problem) => ({ ...problem, line }));
}

function inboxProblems({ options }: FilesTools, files: readonly string[]): Problem[] {
  const names = namesIn(options);
  const missing = names
    .filter((agent) => !files.includes(inboxFile(agent)))
    .map(
      (agent): Problem => ({
        severity: 'error',
        code: 'MISSING_INBOX',
        message: `The inbox of ${agent} is missing`,
        file: inboxFile(agent),
        hint: 'Run "comms doctor --fix" to make it.',
      }),
    );
  const strangers = files.flatMap((file): Problem[] => {
    const kind = kindOf(file);
    if (kind?.kind !== 'inbox' || names.includes(kind.inbox)) return [];
    return [
      {
        severity: 'warning',
        code: 'UNKNOWN_AGENT',
        message: `${kind.inbox} has an inbox and is not registered`,
        file,
        hint: `Run "comms agents add ${kind.inbox}".`,
      },
    ];
  });
  return [...missing, ...strangers];
}

/** What the journal expects and the files do not hold, and operations that were cut off. */
function losses({ disk, journal, gitDir }: FilesTools): Problem[] {
  const found = lossesIn(disk, journal.knowledge(), gitDir);
  const vanished = found.vanished.map(
    ({ inbox, section, message }): Problem => ({
      severity: 'error',
      code: 'VANISHED',
      message: `Message ${message.id} (${message.type} from ${message.sender}: ${firstLine(String(message.subject), MOST_OF_SUBJECT)}) has vanished`,
      file: fileFor(inbox, section),
      hint: 'Run "comms doctor --fix" to bring it back, or "comms doctor --accept" to let it go.',
    }),
  );
  const regressed = found.regressed.map(
    ({ known, copy }): Problem => ({
      severity: 'error',
      code: 'REGRESSED',
      message: `Message ${copy.message.id} ${regressionOf(known, copy)}`,
      ...(copy.file === undefined ? {} : { file: copy.file }),
      hint: 'Run "comms doctor --fix" to undo that, or "comms doctor --accept" to leave it so.',
    }),
  );
  const open = unfinished(journal).map(
    (): Problem => ({
      severity: 'error',
      code: 'UNFINISHED',
      message: 'An operation on several files was cut off',
      file: `${STATE_DIR}/journal.ndjson`,
      hint: 'Run "comms doctor --fix" to finish it.',
    }),
  );
  return [...vanished, ...regressed, ...open];
}

/** A claim that was given back and taken again has the same status before and after. */
function regressionOf(known: Pick<Copy, 'section' | 'message'>, copy: Copy): string {
  const [was, is] = [placeAndState(known), placeAndState(copy)];
  return was === is ? `is back in an earlier state, ${is}` : `is ${is} again; it was ${was}`;
}

function placeAndState(copy: Pick<Copy, 'section' | 'message'>): string {
  return copy.section === 'archived' || copy.section === 'dead' ? `${stateIn(copy)} in the ${PLACES[copy.section]}` : stateIn(copy);
}
