import { isBuiltInType } from '../../message/message.ts';
import { nearest } from '../../message/names.ts';
import { quote } from '../../message/text.ts';
import { isOwnType, unknownType } from '../../message/types.ts';
import type { GivenTask } from './task-file.ts';

/** What a task names that there is not: a subagent would silently be told less than was meant. Sentences. */
export function slipsIn(tasks: readonly GivenTask[], known: readonly string[]): string[] {
  const said = tasks.flatMap(({ messageTypes = [], allowDirectMessages: direct }) => [
    ...messageTypes.flatMap((type) => (isBuiltInType(type) || isOwnType(type) ? [] : [typeSlip(type)])),
    ...(Array.isArray(direct) ? direct : []).flatMap((name) => (known.includes(name) ? [] : [nameSlip(name, known)])),
  ]);
  return [...new Set(said)];
}

function typeSlip(type: string): string {
  return `communication_channels: ${quote(type)} is not a message type. ${unknownType(type).hint ?? ''}`.trimEnd();
}

function nameSlip(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `allow_direct_messages: there is no agent ${quote(name)}.${meant === undefined ? '' : ` Did you mean ${quote(meant)}?`}`;
}
