import { isPlainId } from '../../message/ids.ts';
import { visible } from '../../message/text.ts';
import { notHeld } from '../../store/query.ts';
import type { CommandSpec, Run } from '../command.ts';
import { heldSince } from '../held/held-text.ts';
import { ID_ARGUMENT, withMessageId } from '../holder.ts';
import { messageText } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'held read',
  summary: 'show a held message, and why it is one',
  arguments: [{ ...ID_ARGUMENT, completes: 'held' }],
  examples: [
    { command: 'comms held read msg-007', does: 'Show the message, for whom it is, and why and since when it is held' },
    { command: 'comms held read 7 --json', does: 'Print it as it is kept' },
  ],
};

export const run: Run = async ({ args, open, style, now }) => {
  const comms = await open();
  const held = await comms.held();
  const at = await withMessageId(args[0] ?? '', async (id) => {
    const n = held.messages.findIndex((message) => message.id === id);
    if (n < 0) throw notHeld(id, (await comms.store.find(id))[0]);
    return n;
  });
  const [message, place, recipients = []] = [held.messages[at], held.places[at], held.recipients[at]];
  if (!message) throw new Error('A held message is missing.');
  const facts: [string, string | undefined][] = [
    ['held since', heldSince(message, now()).replace(/^held /, '')],
    ['for', recipients.join(', ')],
    ['found in', place?.file],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${style.dim(`${name}:`)} ${visible(value)}`] : []));
  const next = isPlainId(message.id)
    ? ['Next:', `  comms held release ${message.id}`, `  comms held reject ${message.id} --reason "…"`]
    : [];
  return {
    data: { message, place, recipients },
    text: [messageText(message, { style, now: now() }, place), '', ...lines, ...next].join('\n'),
    brief: message.id,
  };
};
