import path from 'node:path';
import type { StoreEvent } from '../store.ts';
import { createJournalFile } from './journal-file.ts';
import { JOURNAL_FILE } from './layout.ts';
import { type Losses, lossesIn, stateIn } from './losses.ts';
import type { FilesTools } from './tools.ts';

/** A write of ours is in the file before it is in the journal: what looks lost is lost if it still does so after this. In ms. */
const AGAIN_MS = 1_000;
/** How many messages are named. */
const MOST_NAMED = 5;

export interface LossAlarm {
  /** Something is gone or went back, or may be since before: look soon. */
  suspect(): void;
  stop(): void;
}

export interface LossAlarmOptions {
  inboxes: readonly string[] | undefined;
  /** The files that may hold messages for these. */
  isWanted: (file: string) => boolean;
  onEvent: (event: StoreEvent) => void;
}

/** Tells, once of each message, that an old copy of a file was saved over a newer one. */
export function createLossAlarm(tools: FilesTools, { inboxes, isWanted, onEvent }: LossAlarmOptions): LossAlarm {
  let timer: NodeJS.Timeout | undefined;
  let suspected = new Set<string>();
  let told = new Set<string>();

  const look = () => {
    timer = undefined;
    const losses = partsOf(lost());
    const keys = new Set(losses.map(({ key }) => key));
    const certain = losses.filter(({ key }) => suspected.has(key) && !told.has(key));
    const unsure = losses.some(({ key }) => !suspected.has(key));
    for (const inbox of new Set(certain.map((loss) => loss.inbox))) {
      onEvent({ event: 'error', inbox, error: lossText(certain.filter((loss) => loss.inbox === inbox)) });
    }
    // What was brought back may be lost once more.
    told = new Set([...told, ...certain.map(({ key }) => key)].filter((key) => keys.has(key)));
    suspected = keys;
    if (unsure) suspect();
  };
  const lost = (): Losses => {
    // Read for this look alone: what the journal knows is too much to be kept in memory for it.
    const knowledge = createJournalFile(tools.fs, path.join(tools.root, JOURNAL_FILE), tools.gitDir).knowledge();
    const mine = new Map([...knowledge].filter(([, { inbox }]) => inboxes === undefined || inboxes.includes(inbox)));
    return lossesIn({ ...tools.disk, names: () => tools.disk.names().filter(isWanted) }, mine, tools.gitDir);
  };
  const suspect = () => {
    timer ??= setTimeout(() => {
      try {
        look();
      } catch {
        // A file that cannot be read is told of by the watcher itself; doctor looks again.
        timer = undefined;
      }
    }, AGAIN_MS);
  };
  return { suspect, stop: () => clearTimeout(timer) };
}

interface Loss {
  inbox: string;
  key: string;
  vanished: boolean;
  text: string;
}

function partsOf({ vanished, regressed }: Losses): Loss[] {
  return [
    ...vanished.map(({ inbox, message, latest }) => ({
      inbox,
      key: `${inbox}\0${message.id}\0${latest}`,
      vanished: true,
      text: message.id,
    })),
    ...regressed.map(({ known, copy }) => ({
      inbox: copy.inbox,
      key: `${copy.inbox}\0${copy.message.id}\0${known.latest}`,
      vanished: false,
      text: `${copy.message.id}, which was ${stateIn(known)}`,
    })),
  ];
}

/** Such as "2 messages have vanished from the inbox of gpt: msg-004, msg-005. …". */
function lossText(losses: readonly Loss[]): string {
  const inbox = losses[0]?.inbox ?? '';
  const [gone, back] = [losses.filter(({ vanished }) => vanished), losses.filter(({ vanished }) => !vanished)];
  return [
    ...(gone.length > 0 ? [`${counted(gone)} vanished from the inbox of ${inbox}: ${named(gone)}.`] : []),
    ...(back.length > 0 ? [`${counted(back)} gone back to an earlier state in the inbox of ${inbox}: ${named(back)}.`] : []),
    'Somebody has probably saved an old copy of the file. "comms doctor" shows what is lost, "comms doctor --fix" brings it back.',
  ].join(' ');
}

function counted(losses: readonly Loss[]): string {
  return losses.length === 1 ? '1 message has' : `${losses.length} messages have`;
}

function named(losses: readonly Loss[]): string {
  const shown = losses.slice(0, MOST_NAMED).map(({ text }) => text);
  return [...shown, ...(losses.length > MOST_NAMED ? [`and ${losses.length - MOST_NAMED} more`] : [])].join(', ');
}
