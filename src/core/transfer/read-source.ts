import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CommsError, errnoOf } from '../../errors.ts';
import { blocksOf, parseInbox, problemsOf } from '../../inbox/inbox.ts';
import { completeMessage } from '../../message/complete.ts';
import { normalise } from '../../message/dialects.ts';
import type { Problem } from '../../message/message.ts';
import { readRegular } from '../../read-file.ts';
import { moverNamed, openStoreNamed } from '../../store/open.ts';
import type { Copy } from '../../store/store.ts';
import { isAgentName } from '../../workspace/agent-names.ts';
import { readSettings } from '../../workspace/config.ts';
import { workspaceIn } from '../../workspace/locate.ts';
import { unreadableIn } from './lost-problems.ts';
import { createSetClock, highestNumber, type Snapshot, snapshotOf } from './snapshot.ts';

/** What lies in a directory or file that is to be imported. */
export interface Source {
  snapshot: Snapshot;
  /** Errors: messages that cannot be read. */
  problems: Problem[];
  /** Its groups and their members. */
  groups: Readonly<Record<string, readonly string[]>>;
}

/** What the system says of a path that leads nowhere. */
const NOWHERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'];

/** Reads a directory of inbox files, another workspace, or a Markdown file. Changes nothing there. @throws FILE_NOT_FOUND, INVALID_CONFIG */
export async function readSource(from: string, newUid: () => string): Promise<Source> {
  const found = await stat(from).catch((error: unknown) => {
    if (NOWHERE.includes(errnoOf(error) ?? '')) throw nothingThere(`There is no file or directory "${from}"`, from);
    throw error;
  });
  return found.isDirectory() ? readDirectory(await workspaceAt(from), newUid) : readOneFile(from);
}

/** The directory itself where it holds messages, or the workspace in it. */
async function workspaceAt(directory: string): Promise<string> {
  for (const root of [directory, workspaceIn(directory)]) {
    if (root === undefined) continue;
    for (const store of ['files', 'sqlite'] as const) if ((await moverNamed(store)).files(root).length > 0) return root;
  }
  throw nothingThere(`"${directory}" holds no inbox files`, directory);
}

async function readDirectory(root: string, newUid: () => string): Promise<Source> {
  const { settings } = readSettings(root);
  const isSqlite = settings.store === 'sqlite' && (await moverNamed('sqlite')).files(root).length > 0;
  const clock = createSetClock();
  // Without agents to make inboxes for, a database is only read.
  const read = isSqlite ? { ...settings, agents: [] } : settings;
  const store = await openStoreNamed(isSqlite ? 'sqlite' : 'files', { root, settings: read, clock: clock.clock, newUid });
  try {
    const { problems } = await store.check();
    return { snapshot: await snapshotOf(store, clock), problems: unreadableIn(problems), groups: settings.groups };
  } finally {
    await store.close();
  }
}

/** The name says whose inbox it is; in any other file each message says it itself. */
async function readOneFile(file: string): Promise<Source> {
  const name = path.basename(file);
  const doc = parseInbox(readRegular(file));
  const owner = /^(.+?)-inbox(?:-\d{4}-\d{2})?\.md$/.exec(name)?.[1];
  const isArchive = /-inbox-\d{4}-\d{2}\.md$/.test(name);
  const section = (block: ReturnType<typeof blocksOf>[number]): Copy['section'] =>
    name === 'dead-letters.md' ? 'dead' : name === 'held.md' ? 'held' : isArchive ? 'archived' : block.section;
  const problems = unreadableIn(problemsOf(doc).map((problem) => ({ ...problem, file: name })));
  const copies = blocksOf(doc).flatMap((block): Copy[] => {
    if (block.message === undefined) return [];
    const message = completeMessage(normalise(block.message).message);
    const inbox = owner ?? message.recipient;
    if (isAgentName(inbox)) return [{ inbox, section: section(block), message, file: name }];
    problems.push({
      severity: 'error',
      code: 'NO_RECIPIENT',
      message: `Nothing says whose message ${message.id || 'without an id'} is: "${inbox}" is no name of an agent`,
      file: name,
      line: block.line,
    });
    return [];
  });
  if (copies.length === 0 && problems.length === 0) throw nothingThere(`"${file}" holds no messages`, file);
  return { snapshot: { ...NOTHING, copies, lastNumber: highestNumber(copies) }, problems, groups: {} };
}

const NOTHING: Snapshot = {
  copies: [],
  doubles: [],
  lastNumber: 0,
  agents: [],
  subscriptions: [],
  withoutGeneral: [],
  presence: new Map(),
  heartbeats: new Map(),
};

function nothingThere(what: string, file: string): CommsError {
  return new CommsError('FILE_NOT_FOUND', `${what}.`, {
    hint: 'Name a directory with inbox files (<agent>-inbox.md), such as what comms export wrote, or one such file.',
    details: { path: file },
  });
}
