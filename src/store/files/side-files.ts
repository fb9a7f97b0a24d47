import path from 'node:path';
import { CommsError, errnoOf } from '../../errors.ts';
import { isObject } from '../../message/json.ts';
import { checkAgentName } from '../../message/names.ts';
import { timeOf } from '../../message/time.ts';
import { readRegularText } from '../../read-file.ts';
import type { Bucket } from '../session.ts';
import type { Heartbeat } from '../store.ts';
import type { Channels } from '../subscriptions.ts';
import { diskError } from './durable/disk-errors.ts';
import { replaceFile } from './durable/replace-file.ts';
import { BUCKETS_FILE, CHANNELS_FILE, HEARTBEATS_DIR } from './layout.ts';
import type { FilesTools } from './tools.ts';

/** The small JSON files beside the inboxes: subscriptions, heartbeats, token buckets. */

/** @throws INVALID_WORKSPACE where channels.json cannot be understood: rewriting it would lose what somebody wrote */
export function readChannels({ fs, root }: FilesTools): Channels {
  const value = readJson(fs, path.join(root, CHANNELS_FILE), { strict: true });
  if (value === undefined) return {};
  const channels = isObject(value) ? value.channels : undefined;
  if (!isObject(channels) || !Object.values(channels).every(isMembers)) throw unreadable(CHANNELS_FILE);
  return channels as Channels;
}

/** To be called under the workspace lock. */
export function writeChannels({ fs, disk }: FilesTools, channels: Channels): void {
  const text = `${JSON.stringify({ version: '1.0', channels }, null, 2)}\n`;
  replaceFile(fs, { path: disk.pathOf(CHANNELS_FILE), bytes: [Buffer.from(text, 'utf8')], expected: 'any' });
}

/** One file an agent, so that heartbeats never wait for one another nor for the lock. */
export function readHeartbeats({ fs, root }: FilesTools): Record<string, Heartbeat> {
  const found = namesIn(fs, path.join(root, HEARTBEATS_DIR)).flatMap((name) => {
    const agent = /^([a-z0-9][a-z0-9_-]{0,63})\.json$/.exec(name)?.[1];
    const beat = agent === undefined ? undefined : readJson(fs, path.join(root, HEARTBEATS_DIR, name));
    return agent !== undefined && isHeartbeat(beat) ? [[agent, beat] as const] : [];
  });
  return Object.fromEntries(found);
}

/** @throws INVALID_NAME, so that no name leads anywhere else; UNSAFE_PATH, NOT_WRITABLE, DISK_FULL, IO_ERROR */
export function writeHeartbeat({ fs, disk }: FilesTools, agent: string, beat: Heartbeat): void {
  checkAgentName(agent);
  const file = heartbeatFile({ fs, disk }, agent);
  replaceFile(fs, { path: file, bytes: [Buffer.from(`${JSON.stringify(beat)}\n`, 'utf8')], expected: 'any', fsync: false });
}

/** Its path, in a directory that is there. */
function heartbeatFile({ fs, disk }: Pick<FilesTools, 'fs' | 'disk'>, agent: string): string {
  const name = `${HEARTBEATS_DIR}/${agent}.json`;
  try {
    const file = disk.pathOf(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return file;
  } catch (error) {
    throw diskError(error, 'write', name);
  }
}

export function readBuckets({ fs, root }: FilesTools): ReadonlyMap<string, Bucket> {
  const value = readJson(fs, path.join(root, BUCKETS_FILE));
  if (!isObject(value)) return new Map();
  return new Map(Object.entries(value).filter((entry): entry is [string, Bucket] => isBucket(entry[1])));
}

/** To be called under the workspace lock. Buckets that cannot be written do not fail what was delivered. */
export function writeBuckets({ fs, disk }: FilesTools, buckets: ReadonlyMap<string, Bucket>): void {
  try {
    const text = JSON.stringify(Object.fromEntries(buckets));
    replaceFile(fs, { path: disk.pathOf(BUCKETS_FILE), bytes: [Buffer.from(text, 'utf8')], expected: 'any', fsync: false });
  } catch {
    // A token more for somebody, until it can be written again.
  }
}

function readJson(fs: FilesTools['fs'], file: string, { strict = false } = {}): unknown {
  try {
    return JSON.parse(readRegularText(file, fs).replace(/^\ufeff/, ''));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError && !strict) return undefined;
    if (error instanceof SyntaxError) throw unreadable(path.basename(file));
    throw diskError(error, 'read', file);
  }
}

function namesIn(fs: FilesTools['fs'], dir: string): string[] {
  try {
    return fs.readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw diskError(error, 'read', dir);
  }
}

function unreadable(file: string): CommsError {
  return new CommsError('INVALID_WORKSPACE', `${file} cannot be understood.`, {
    hint: `Correct it in an editor, or remove it to begin anew; comms doctor says more.`,
    details: { file },
  });
}

function isMembers(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((at) => at === null || typeof at === 'string');
}

function isHeartbeat(value: unknown): value is Heartbeat {
  if (!isObject(value) || timeOf(value.last_heartbeat) === undefined) return false;
  const { status = '', current_task = null } = value;
  return typeof status === 'string' && (current_task === null || typeof current_task === 'string');
}

function isBucket(value: unknown): value is Bucket {
  return isObject(value) && typeof value.tokens === 'number' && typeof value.at === 'number';
}
