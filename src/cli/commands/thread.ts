import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { ID_ARGUMENT, withMessageId } from '../holder.ts';
import { messageLines } from '../layout.ts';

/** Deeper than this, a long exchange would leave the screen. */
const MAX_INDENT = 6;

export const spec: CommandSpec = {
  name: 'thread',
  summary: 'show the messages that belong together',
  arguments: [ID_ARGUMENT],
  examples: [
    { command: 'comms thread msg-007', does: 'Show what msg-007 follows, and what followed it' },
    { command: 'comms thread 7 --json', does: 'Print the messages, the oldest first' },
  ],
  notes: ['Messages belong together by their references and correlation ids; answers are indented.'],
};

export const run: Run = async ({ args, open, style, now }) => {
  const comms = await open();
  const { messages, places, missing } = await withMessageId(args[0] ?? '', (id) => comms.thread(id));
  const depths = depthsOf(messages);
  const block = (message: Message, n: number) => {
    const depth = Math.min(depths.get(message.id) ?? 0, MAX_INDENT);
    const [first = '', ...rest] = messageLines(message, { style, now: now() }, places[n]).split('\n');
    const before = depth === 0 ? '' : `${'  '.repeat(depth - 1)}↳ `;
    return [`${before}${first}`, ...rest.map((line) => `${'  '.repeat(depth)}${line}`)].join('\n');
  };
  return {
    data: { messages, places, missing },
    text: messages.map(block).join('\n'),
    brief: messages.map(({ id }) => id).join('\n'),
    warnings: missing.length === 0 ? [] : [`These are referred to and found nowhere: ${missing.map((id) => visible(id)).join(', ')}`],
  };
};

/** How far each message is from the beginning: one more than the last message before it that it answers. */
function depthsOf(messages: readonly Message[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, references, correlation_id } of messages) {
    const before: unknown[] = [...(Array.isArray(references) ? references : []), correlation_id];
    const above = before.flatMap((one) => (typeof one === 'string' ? (depths.get(one) ?? []) : []));
    depths.set(id, above.length === 0 ? 0 : Math.max(...above) + 1);
  }
  return depths;
}
