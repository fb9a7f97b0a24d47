import { formatId } from '../../message/ids.ts';
import type { Message } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import { identityOf, uidOf } from '../../message/uid.ts';
import type { StoreOptions } from '../options.ts';
import { dueAtIn } from '../sections.ts';
import type { Bucket, Session } from '../session.ts';
import type { Copy, Section } from '../store.ts';
import type { JournalEntry, Step } from './journal.ts';
import { archiveFile, DEAD_LETTERS, fileFor, HELD_FILE, inboxFile, isShared, kindOf } from './layout.ts';
import { append, archiveIn, bytesOf, copiesOf, copiesWithId, parsed, type Sheet, take, update } from './sheet.ts';

/** What one write has come to so far. A value: a verb that throws is undone by going back to the one before. */
export interface Draft {
  readonly sheets: ReadonlyMap<string, Sheet>;
  readonly lastNumber: number;
  readonly seen: readonly JournalEntry[];
  readonly steps: readonly Step[];
  /** Inboxes that are to be taken away. */
  readonly removed: readonly string[];
  /** Token buckets that were taken from. */
  readonly buckets: ReadonlyMap<string, Bucket>;
}

/** What the session needs of the store: files that it has not opened yet, and what is known without opening them. */
export interface Files {
  /** The names of all files of messages that exist. */
  names(): readonly string[];
  open(file: string): Sheet;
  dueAt(file: string): number | undefined;
  /** Copies that only the journal still remembers, by idempotency key. */
  remembered(sender: string, key: string): Copy[];
  bucket(key: string): Bucket | undefined;
}

/** A session over the files of a workspace. `draft()` and `set()` give its owner the result, verb by verb. */
export function createSession(
  files: Files,
  options: StoreOptions,
  start: Draft,
): { session: Session; draft(): Draft; set(draft: Draft): void } {
  let draft = start;
  const now = options.clock();

  const sheetOf = (file: string): Sheet => {
    const known = draft.sheets.get(file) ?? files.open(file);
    if (!draft.sheets.has(file)) draft = { ...draft, sheets: new Map(draft.sheets).set(file, known) };
    return known;
  };
  const understood = (file: string) => {
    const sheet = parsed(sheetOf(file));
    draft = { ...draft, sheets: new Map(draft.sheets).set(file, sheet) };
    return sheet;
  };
  const exists = (file: string) => draft.sheets.has(file) || files.names().includes(file);
  const archivesOf = (inbox: string) => files.names().filter((file) => isArchiveOf(file, inbox));
  const copiesIn = (file: string) => (exists(file) ? copiesOf(understood(file)) : []);
  const put = (file: string, sheet: Sheet, steps: Step[], copy: Copy) => {
    const seen: JournalEntry = {
      entry: 'seen',
      at: isoOf(now),
      inbox: copy.inbox,
      section: copy.section,
      message: copy.message,
      by: 'comms',
    };
    draft = { ...draft, sheets: new Map(draft.sheets).set(file, sheet), steps: [...draft.steps, ...steps], seen: [...draft.seen, seen] };
  };

  const insert = (inbox: string, section: Section, message: Message, file = fileFor(inbox, section)) => {
    const sheet = append(sheetOf(file), section, message);
    put(file, sheet, [{ file, step: 'put', section, message }], { inbox, section, message });
  };
  const remove = (copy: Copy, file: string) => {
    const sheet = take(understood(file), copy);
    const { inbox, section } = copy;
    const uid = uidOf(copy.message);
    const left = copiesOf(parsed(sheet)).filter((other) => uidOf(other.message) === uid && other.inbox === inbox).length;
    const step: Step = { file, step: 'take', id: copy.message.id, uid, inbox, section, ...(left > 0 && { left }) };
    draft = { ...draft, sheets: new Map(draft.sheets).set(file, sheet), steps: [...draft.steps, step] };
  };
  const forget = ({ inbox, message }: Copy) => {
    const gone: JournalEntry = { entry: 'gone', at: isoOf(now), inbox, uid: identityOf(message), why: 'removed' };
    draft = { ...draft, seen: [...draft.seen, gone] };
  };
  const fileOf = (copy: Copy) => copy.file ?? fileFor(copy.inbox, copy.section);

  const session: Session = {
    now,
    rules: options.rules,
    newUid: options.newUid,
    nextId() {
      draft = { ...draft, lastNumber: draft.lastNumber + 1 };
      return formatId(draft.lastNumber);
    },
    raiseLastNumber(number) {
      draft = { ...draft, lastNumber: Math.max(draft.lastNumber, number) };
    },
    hasInbox: (inbox) => exists(inboxFile(inbox)) || options.agents.includes(inbox) || Object.hasOwn(options.rules.groups, inbox),
    inboxes: () => files.names().flatMap((file) => inboxOf(file) ?? []),
    inboxesWith(section) {
      if (section === 'active') return session.inboxes();
      if (section !== 'archived') return [...new Set(copiesIn(fileFor('', section)).map(({ inbox }) => inbox))];
      const names = [...files.names(), ...draft.sheets.keys()].flatMap((file) => ownerOf(file) ?? []);
      return [...new Set(names)];
    },
    copies(inbox, section) {
      if (section === 'dead' || section === 'held') return copiesIn(fileFor(inbox, section)).filter((copy) => copy.inbox === inbox);
      const own = copiesIn(inboxFile(inbox)).filter((copy) => copy.section === section);
      return section === 'active' ? own : [...own, ...archivesOf(inbox).flatMap(copiesIn)];
    },
    candidates: (inbox, passes) => session.copies(inbox, 'active').filter(({ message }) => passes(message)),
    due: (inbox) => [...session.copies(inbox, 'active'), ...session.copies(inbox, 'held')],
    completed: (inbox) => session.copies(inbox, 'active').filter(({ message }) => message.status === 'COMPLETED'),
    completedCount: (inbox) => session.completed(inbox).length,
    find(id, inbox) {
      const nearest = inbox === undefined ? session.inboxes().map(inboxFile) : [inboxFile(inbox)];
      const further = [HELD_FILE, DEAD_LETTERS, ...(inbox === undefined ? session.inboxes() : [inbox]).flatMap(archivesOf)];
      const withId = (file: string) => (exists(file) ? copiesWithId(understood(file), id) : []);
      const isIt = (copy: Copy) => inbox === undefined || copy.inbox === inbox;
      const near = nearest.flatMap(withId).filter(isIt);
      return near.length > 0 ? near : further.flatMap(withId).filter(isIt);
    },
    sentWith(sender, key) {
      const quoted = JSON.stringify(key);
      // A file that this very write began is among them.
      const all = new Set([...files.names(), ...draft.sheets.keys()]);
      const mentioned = [...all].filter((file) => bytesOf(sheetOf(file)).includes(quoted));
      const found = mentioned.flatMap(copiesIn).filter(({ message }) => message.sender === sender && message.idempotency_key === key);
      return found.length > 0 ? found : files.remembered(sender, key);
    },
    insert,
    update(copy, message) {
      const file = fileOf(copy);
      const { section } = copy;
      put(file, update(understood(file), copy, message), [{ file, step: 'put', section, message }], { ...copy, message });
      // Under the name that it had nobody is to miss it.
      if (identityOf(message) !== identityOf(copy.message)) forget(copy);
    },
    move(copy, section, message) {
      const file = fileOf(copy);
      if (section === 'archived' && file === inboxFile(copy.inbox)) {
        put(file, archiveIn(understood(file), copy, message), [{ file, step: 'put', section, message }], { ...copy, section, message });
        return;
      }
      insert(copy.inbox, section, message);
      remove(copy, file);
    },
    remove(copy) {
      remove(copy, fileOf(copy));
      forget(copy);
    },
    rotate(inbox, aboveBytes) {
      const file = inboxFile(inbox);
      const archived = copiesIn(file).filter((copy) => copy.section === 'archived');
      const bytes = archived.reduce((sum, { message }) => sum + JSON.stringify(message).length, 0);
      if (archived.length === 0 || bytes < aboveBytes) return 0;
      for (const copy of archived) {
        insert(inbox, 'archived', copy.message, archiveFile(inbox, isoOf(now)));
        remove(copy, file);
      }
      return archived.length;
    },
    addInbox(inbox) {
      const file = inboxFile(inbox);
      if (!exists(file)) draft = { ...draft, sheets: new Map(draft.sheets).set(file, { ...sheetOf(file), changed: true }) };
    },
    removeInbox(inbox) {
      if (exists(inboxFile(inbox))) draft = { ...draft, removed: [...draft.removed, inbox] };
    },
    // What this very write puts in comes due later than now, so the state before it says enough.
    dueAt(inbox) {
      const own = files.dueAt(inboxFile(inbox)) ?? Number.POSITIVE_INFINITY;
      const held = files.dueAt(HELD_FILE) ?? Number.POSITIVE_INFINITY;
      // Whose the held message is that is due, only its text can tell.
      const times = held > now ? [held] : session.copies(inbox, 'held').flatMap(({ section, message }) => dueAtIn(section, message) ?? []);
      const first = Math.min(own, ...times);
      return first === Number.POSITIVE_INFINITY ? undefined : first;
    },
    bucket: (key) => draft.buckets.get(key) ?? files.bucket(key),
    setBucket(key, bucket) {
      draft = { ...draft, buckets: new Map(draft.buckets).set(key, bucket) };
    },
  };
  return {
    session,
    draft: () => draft,
    set(next) {
      draft = next;
    },
  };
}

export function emptyDraft(lastNumber: number): Draft {
  return { sheets: new Map(), lastNumber, seen: [], steps: [], removed: [], buckets: new Map() };
}

function inboxOf(file: string): string | undefined {
  const kind = kindOf(file);
  return kind?.kind === 'inbox' ? kind.inbox : undefined;
}

/** Whose inbox or archive a file is. */
function ownerOf(file: string): string | undefined {
  const kind = kindOf(file);
  return kind === undefined || isShared(kind) ? undefined : kind.inbox;
}

function isArchiveOf(file: string, inbox: string): boolean {
  const kind = kindOf(file);
  return kind?.kind === 'archive' && kind.inbox === inbox;
}
