import { isObject } from '../../message/json.ts';
import type { Message } from '../../message/message.ts';

/** Types that tell of work on files: who reads or answers works on nothing. */
const BY_SENDER = ['CODE_CHANGE', 'COORDINATION'];
const BY_RECIPIENT = ['FIX_REQUEST'];

/**
 * Who works on what a message is about: the sender of a CODE_CHANGE or COORDINATION, the recipients of a FIX_REQUEST.
 * Nobody where it only asks, tells or answers: talking about somebody's files is no conflict.
 */
export function workersOf({
  message,
  sender,
  recipients,
}: {
  message: Message;
  sender: string;
  recipients: readonly string[];
}): readonly string[] {
  if (BY_SENDER.includes(message.type)) return [sender];
  return BY_RECIPIENT.includes(message.type) ? recipients : [];
}

/** Whether messages of this type tell of work on files, so that reservations matter to them. */
export function isOfWork(type: string): boolean {
  return BY_SENDER.includes(type) || BY_RECIPIENT.includes(type);
}

/** The files that a message is about: `files`, `files_changed` and `file` of its context. */
export function filesOf({ content }: Message): string[] {
  const context: unknown = content?.context;
  if (!isObject(context)) return [];
  const named = [context.files, context.files_changed, context.file].flat().filter((file) => typeof file === 'string' && file !== '');
  return [...new Set(named as string[])];
}

/** Whether a message says that somebody cannot go on before somebody else is ready. */
export function isDependency({ type, content }: Message): boolean {
  if (type !== 'COORDINATION') return false;
  const context: unknown = content?.context;
  return isObject(context) && (context.coordination_type === 'dependency' || context.coordination_type === 'blocker');
}
