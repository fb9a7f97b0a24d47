import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../message/message.ts';
import { readRegularText } from '../../read-file.ts';
import { strayMail } from '../../workspace/siblings.ts';
import { linkedWorktree } from '../../workspace/worktree.ts';
import { lockHolder } from './lock-holder.ts';

/** Of package.json's `engines`. */
const OLDEST_NODE: readonly [major: number, minor: number] = [20, 19];

/** How many ids a problem names. */
const MOST_IDS = 5;

export interface EnvironmentOptions {
  root: string;
  cwd: string;
  /** Such as "20.19.0". */
  nodeVersion: string;
  /** ms since the epoch. */
  now: number;
  /** Rejects where no file watcher is to be had. */
  tryWatcher: (root: string) => Promise<void>;
}

/** What around the messages may keep comms from working well. */
export async function environmentProblems(options: EnvironmentOptions): Promise<Problem[]> {
  const { root, cwd, nodeVersion, now, tryWatcher } = options;
  return [
    ...nodeProblems(nodeVersion),
    ...writeProblems(root),
    ...lockProblems(root, now),
    ...worktreeProblems(root, cwd),
    ...strayProblems(root, cwd),
    ...ignoreProblems(root),
    ...(await watcherProblems(root, tryWatcher)),
  ];
}

function nodeProblems(version: string): Problem[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return [];
  return [warning('OLD_NODE', `This is Node ${version}; comms needs ${OLDEST_NODE.join('.')} or newer`, 'Install a newer Node.')];
}

function writeProblems(root: string): Problem[] {
  const state = join(root, '.state');
  const places = [root, ...(existsSync(state) ? [state] : [])];
  return places
    .filter((place) => !canWrite(place))
    .map((place) => ({
      severity: 'error',
      code: 'NOT_WRITABLE',
      message: `${place} cannot be written`,
      hint: 'Give yourself the permission, or name another workspace with --workspace DIR.',
    }));
}

function lockProblems(root: string, now: number): Problem[] {
  const holder = lockHolder(root);
  if (holder === undefined) return [];
  const seconds = Math.max(0, Math.round((now - holder.touchedAt) / 1000));
  // A holder touches its lock every 2 s; a dead one is taken over after 10 s by whoever writes next.
  if (seconds < 10) return [];
  const who = holder.pid === undefined ? 'nobody known' : `process ${holder.pid}`;
  return [
    warning('LOCK_HELD', `The lock is held by ${who}, and was not touched for ${seconds} s`, 'The next command that writes takes it over.'),
  ];
}

/** Messages in a copy that git checked out into another tree are seen by nobody else. */
function worktreeProblems(root: string, cwd: string): Problem[] {
  const worktree = linkedWorktree(root);
  if (worktree?.main === undefined || linkedWorktree(cwd)?.top === worktree.top) return [];
  const hint = `Unset COMMS_WORKSPACE, or name the one in ${worktree.main}.`;
  return [warning('IN_WORKTREE', `${root} lies in a linked git worktree, which goes away with it`, hint)];
}

/** Seen from the main working tree, too, since who wrote there may not come back. */
function strayProblems(root: string, cwd: string): Problem[] {
  return strayMail({ root, cwd }).map(({ copy, tree, ids }) => {
    const shown = ids.slice(0, MOST_IDS).join(', ') + (ids.length > MOST_IDS ? ', …' : '');
    const count = `${ids.length} message${ids.length === 1 ? '' : 's'}`;
    const command = `comms import ${/[^\w/.~:\\-]/.test(copy) ? JSON.stringify(copy) : copy}`;
    return warning(
      'STRAY_MAIL',
      `The working tree ${tree} has a copy of the workspace with ${count} that this one lacks: ${shown}`,
      `Take them over with: ${command}. Merging the branch that they are committed on brings them, too.`,
    );
  });
}

function ignoreProblems(root: string): Problem[] {
  const file = join(root, '.gitignore');
  const lines = existsSync(file) ? readRegularText(file).split(/\r?\n/) : [];
  if (lines.some((line) => /^\/?\.state\/?$/.test(line.trim()))) return [];
  return [
    { ...warning('STATE_NOT_IGNORED', 'git does not ignore .state/', 'Run "comms init", or put .state/ into it.'), file: '.gitignore' },
  ];
}

async function watcherProblems(root: string, tryWatcher: EnvironmentOptions['tryWatcher']): Promise<Problem[]> {
  try {
    await tryWatcher(root);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'Raise the limit (fs.inotify.max_user_instances and max_user_watches, or ulimit -n).';
    return [warning('NO_FILE_WATCHER', `Files cannot be watched (${reason}); comms watch looks every 1.5 s instead`, hint)];
  }
}

function canWrite(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}

function warning(code: string, message: string, hint: string): Problem {
  return { severity: 'warning', code, message, hint };
}
