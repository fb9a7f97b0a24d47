import { isPlainId } from '../../message/ids.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import { ageOf } from '../age.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { deadIds } from '../dead/selection.ts';
import { ID_ARGUMENT } from '../holder.ts';
import { messageText } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'dead read',
  summary: 'show a dead letter, and why it is one',
  arguments: [ID_ARGUMENT],
  options: [
    { flags: '--inbox <agent>', summary: 'the copy of this inbox, where there are several (default: the latest)', completes: 'agent' },
  ],
  examples: [
    { command: 'comms dead read msg-007', does: 'Show the message, why and when it died, its attempts and the last error' },
    { command: 'comms dead read 7 --inbox gpt --json', does: "Print gpt's copy as it is kept" },
  ],
};

export const run: Run = async (invocation) => {
  const { args, options, open, style, now, notice } = invocation;
  const inbox = options.text('inbox');
  const comms = await open();
  const ids = await deadIds(comms, args.slice(0, 1));
  const { messages, places, total } = await comms.deadLetters({ ids, ...(inbox !== undefined && { inbox }) });
  // There is one, or the ids would have been refused.
  const [message, place] = [messages[0] as Message, places[0]];
  if (total > 1) {
    const others = places.slice(1).map((other) => other.inbox);
    notice(`${total} copies of it are dead; --inbox ${others.join(' or ')} shows the other${others.length > 1 ? 's' : ''}.`);
  }
  return {
    data: { message, place },
    text: [messageText(message, { style, now: now() }, place), '', ...whyLines(message, place?.file, invocation)].join('\n'),
    brief: message.id,
  };
};

function whyLines({ id, recipient, delivery }: Message, file: string | undefined, { style, now }: Invocation): string[] {
  const { dead_reason, dead_at } = delivery ?? {};
  const at = typeof dead_at === 'string' ? `${visible(dead_at)} (${ageOf(visible(dead_at), now())})` : undefined;
  const facts: [string, string | undefined][] = [
    ['dead because', typeof dead_reason === 'string' ? dead_reason : 'failed'],
    ['dead since', at],
    ['inbox', recipient],
    ['found in', file],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${style.dim(`${name}:`)} ${visible(value)}`] : []));
  if (!isPlainId(id)) return lines;
  return [
    ...lines,
    'Next:',
    `  comms dead redrive ${id} --inbox ${visible(recipient)}`,
    `  comms dead purge ${id} --inbox ${visible(recipient)}`,
  ];
}
