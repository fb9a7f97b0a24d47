import { isPlainId } from '../../message/ids.ts';
import { isBuiltInType } from '../../message/message.ts';
import { AGENT_NAME } from '../../message/names.ts';
import { isOwnType } from '../../message/types.ts';
import type { Change, ChangeKind } from './changes.ts';

/** A subject is shown in one line everywhere up to here. */
const LONGEST_SUBJECT = 72;
/** Of a long list the rest is counted. */
const MOST_LINES = 200;
const MOST_NAMED = 3;
const FILE = /^[a-z0-9][a-z0-9._/-]{0,99}$/i;

export interface CommitText {
  subject: string;
  /** '' where the subject says it all. */
  body: string;
}

/**
 * What a commit says happened: who sent, claimed and completed what. `files` are those of the workspace that differ. Only
 * names, types and ids that fit their grammar stand in it; whatever else a message says is somebody's text and no place for it.
 */
export function commitMessage(changes: readonly Change[], files: readonly string[], own?: string): CommitText {
  const lines = linesOf(changes);
  const shown = [...lines.slice(0, MOST_LINES), ...(lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : [])];
  if (own !== undefined) {
    const [first = '', ...rest] = own.trim().split('\n');
    return { subject: first, body: [rest.join('\n').trim(), shown.join('\n')].filter((part) => part !== '').join('\n\n') };
  }
  if (lines.length === 0) return fitting(['comms: ', filesText(files)], files.length > 1 ? files.filter((file) => FILE.test(file)) : []);
  return fitting(['comms: ', lines.join('; '), summary(changes)], shown);
}

function fitting([start = '', whole = '', short = whole]: string[], lines: readonly string[]): CommitText {
  const subject = start + whole;
  if (subject.length <= LONGEST_SUBJECT) return { subject, body: '' };
  return { subject: (start + short).slice(0, LONGEST_SUBJECT), body: lines.join('\n') };
}

/** One line for what happened to one message, the copies of several inboxes together. Nothing in it is anybody's text. */
export function linesOf(changes: readonly Change[]): string[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = [change.kind, change.uid, change.kind === 'sent' ? '' : (change.agent ?? '')].join('\0');
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((group) => lineOf(group) ?? []);
}

function lineOf(group: readonly Change[]): string | undefined {
  const [first] = group;
  if (!first) return undefined;
  const { kind } = first;
  const id = isPlainId(first.id) ? first.id : 'a message';
  if (kind === 'sent') return `${name(first.sender)} → ${recipients(group)} ${type(first.type)} ${id}`;
  if (kind === 'changed' && first.previousId !== undefined && isPlainId(first.previousId)) return `${first.previousId} is ${id} now`;
  const agent =
    kind === 'claimed' || kind === 'completed' || kind === 'blocked' || kind === 'failed' || kind === 'released' ? first.agent : undefined;
  return agent === undefined ? `${id} ${WITHOUT_AGENT[kind] ?? kind}` : `${name(agent)} ${kind} ${id}`;
}

const WITHOUT_AGENT: Partial<Record<ChangeKind, string>> = { dead: 'is dead', held: 'is held' };

function recipients(group: readonly Change[]): string {
  const inboxes = [...new Set(group.map(({ inbox }) => name(inbox)))];
  return inboxes.length > MOST_NAMED ? `${inboxes.length} inboxes` : inboxes.join(', ');
}

/** "14 messages, 3 completed". */
function summary(changes: readonly Change[]): string {
  const uids = (kind?: ChangeKind) =>
    new Set(changes.filter((change) => kind === undefined || change.kind === kind).map(({ uid }) => uid)).size;
  const counts = KINDS.map((kind) => [uids(kind), kind] as const).filter(([count]) => count > 0);
  const total = uids();
  return [`${total} ${total === 1 ? 'message' : 'messages'}`, ...counts.map(([count, kind]) => `${count} ${kind}`)].join(', ');
}

const KINDS: ChangeKind[] = [
  'sent',
  'completed',
  'claimed',
  'blocked',
  'failed',
  'dead',
  'held',
  'redriven',
  'released',
  'archived',
  'removed',
];

function filesText(files: readonly string[]): string {
  const named = files.filter((file) => FILE.test(file));
  const isAll = named.length === files.length && files.length > 0 && files.length <= MOST_NAMED;
  return isAll ? named.join(', ') : `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
}

function name(agent: string): string {
  return AGENT_NAME.test(agent) ? agent : 'somebody';
}

function type(text: string): string {
  return isBuiltInType(text) || (isOwnType(text) && text.length <= 40) ? text : 'message';
}
