import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import { isObject } from '../../../message/json.ts';
import { readRegularText } from '../../../read-file.ts';
import type { DeliverRequest } from '../../store.ts';
import type { FileSystem } from '../file-system.ts';

/**
 * What processes leave for one another while they wait for the workspace lock: `.state/spool/<name>.request`, messages to
 * deliver. Whoever holds the lock takes them along into its own write (`.taken`) and answers (`.answer`), so that twenty
 * processes that send at the same time share a write, as the calls of one process do. A message there is not yet sent:
 * nobody was told so.
 */
export interface Spool {
  /** Leaves these requests to whoever has the lock. */
  leave(requests: readonly DeliverRequest[]): LeftBehind;
  /** The requests of others, marked as taken; to be called under the lock. */
  take(): Taken[];
}

export interface LeftBehind {
  /** Whether somebody has answered. */
  isAnswered(): boolean;
  /** The answers, one for each request; undefined while there are none. */
  answers(): Answer[] | undefined;
  /**
   * Takes the requests back. `taken`: somebody has begun to deliver them, and may have died over it: whether they were
   * delivered is to be looked up under the lock.
   */
  withdraw(): 'untouched' | 'taken';
  /** Removes what is left of it. */
  forget(): void;
}

export interface Taken {
  requests: DeliverRequest[];
  /** Who is not answered looks what became of its requests once it has the lock. */
  answer(answers: readonly Answer[]): void;
}

/** Of what was refused nothing was done, and whoever left it finds out why for itself. */
export type Answer = { value: unknown } | { refused: true };

/** Files this old belong to nobody any more: those who wait for the lock give up sooner. In ms. */
const STALE_MS = 120_000;
/** At most this many requests of others go into one write. */
const MOST_TAKEN = 256;
/** The names that are ours; whatever else somebody has put there is left alone. */
const OURS = /^[\w-]+\.(request|taken|answer)(\.[\w-]+\.tmp)?$/;

export function createSpool(fs: FileSystem, stateDir: string, newName: () => string): Spool {
  const dir = path.join(stateDir, 'spool');
  const fileOf = (name: string, kind: 'request' | 'taken' | 'answer') => path.join(dir, `${name}.${kind}`);
  const put = (file: string, value: unknown) => {
    const temp = `${file}.${newName()}.tmp`;
    fs.writeFileSync(temp, JSON.stringify(value));
    fs.renameSync(temp, file);
  };

  const takeOne = (name: string): Taken | undefined => {
    if (!renamed(fs, fileOf(name, 'request'), fileOf(name, 'taken'))) return undefined;
    const requests = readJson(fs, fileOf(name, 'taken'));
    if (!areRequests(requests)) return undefined;
    return {
      requests,
      answer(answers) {
        put(fileOf(name, 'answer'), answers);
        removed(fs, fileOf(name, 'taken'));
      },
    };
  };

  return {
    leave(requests) {
      const name = newName();
      fs.mkdirSync(dir, { recursive: true });
      if (isLink(fs, dir)) throw new Error(`${dir} is a link.`);
      put(fileOf(name, 'request'), requests);
      return {
        isAnswered: () => fs.statSync(fileOf(name, 'answer'), { throwIfNoEntry: false }) !== undefined,
        answers() {
          const answers = readJson(fs, fileOf(name, 'answer'));
          return isAnswers(answers) && answers.length === requests.length ? answers : undefined;
        },
        withdraw: () => (removed(fs, fileOf(name, 'request')) ? 'untouched' : 'taken'),
        forget() {
          for (const kind of ['request', 'taken', 'answer'] as const) removed(fs, fileOf(name, kind));
        },
      };
    },

    take() {
      if (isLink(fs, dir)) return [];
      const taken: Taken[] = [];
      let count = 0;
      for (const file of namesIn(fs, dir).filter((name) => OURS.test(name))) {
        try {
          if (isStale(fs, path.join(dir, file), Date.now())) removed(fs, path.join(dir, file));
          else if (file.endsWith('.request') && count < MOST_TAKEN) {
            const one = takeOne(file.slice(0, -'.request'.length));
            if (one) taken.push(one);
            count += one?.requests.length ?? 0;
          }
        } catch {
          // Whoever left it looks for itself what became of it.
        }
      }
      return taken;
    },
  };
}

/** What an outcome looks like to another process. */
export function answerOf(outcome: { value: unknown } | { error: unknown }): Answer {
  return 'value' in outcome ? { value: outcome.value } : { refused: true };
}

function areRequests(value: unknown): value is DeliverRequest[] {
  return Array.isArray(value) && value.every((one) => isObject(one) && isObject(one.draft) && Array.isArray(one.recipients));
}

function isAnswers(value: unknown): value is Answer[] {
  return Array.isArray(value) && value.every((one) => isObject(one) && (isObject(one.value) || one.refused === true));
}

/** A link would have us make, read and remove files wherever it leads. */
function isLink(fs: FileSystem, dir: string): boolean {
  return fs.lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function namesIn(fs: FileSystem, dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function isStale(fs: FileSystem, file: string, now: number): boolean {
  try {
    return now - Number(fs.statSync(file, { bigint: true }).mtimeNs / 1_000_000n) > STALE_MS;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Undefined where there is none, or none that is whole. */
function readJson(fs: FileSystem, file: string): unknown {
  try {
    return JSON.parse(readRegularText(file, fs));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function removed(fs: FileSystem, file: string): boolean {
  try {
    fs.unlinkSync(file);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function renamed(fs: FileSystem, from: string, to: string): boolean {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
