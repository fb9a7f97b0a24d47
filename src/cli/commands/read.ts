import type { ReadResult } from '../../core/requests.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, ID_ARGUMENT, identityIfAny, withMessageId } from '../holder.ts';
import { messageText } from '../layout.ts';
import type { Style } from '../style.ts';

export const spec: CommandSpec = {
  name: 'read',
  summary: 'show a whole message',
  arguments: [ID_ARGUMENT],
  options: [{ ...AS_OPTION, summary: "show this agent's copy, where there are several (default: COMMS_AGENT)" }],
  examples: [
    { command: 'comms read msg-007', does: 'Show it: who, what, the context, how far it is' },
    { command: 'comms read 7 --json', does: 'Print the message as it is kept' },
  ],
  notes: ['Reading changes nothing: comms claim takes a message to work on it.'],
};

export const run: Run = async (invocation) => {
  const { args, open, style, now } = invocation;
  const agent = identityIfAny(invocation);
  const comms = await open();
  const found = await withMessageId(args[0] ?? '', (id) => comms.read({ id, ...(agent !== undefined && { agent }) }));
  const { message, place } = found;
  return {
    data: { message, place },
    text: [messageText(message, { style, now: now() }, place), '', ...standing(found, style)].join('\n'),
    brief: message.id,
  };
};

/** Why it is stuck, and where it lies: what the envelope's own lines do not say. */
function standing({ message, place, others }: ReadResult, style: Style): string[] {
  const { blocked_reason, dead_reason } = extras(message);
  const at = [place, ...others].map(({ inbox, section, file }) => {
    const where = section === 'active' ? '' : section === 'dead' ? ', dead letter' : `, ${section}`;
    return `${inbox}${where}${file === undefined ? '' : ` (${file})`}`;
  });
  const facts: [string, string | undefined][] = [
    ['blocked because', blocked_reason],
    ['dead because', dead_reason],
    ['not before', message.not_before],
    ['found in', at.join('; ')],
  ];
  return facts.flatMap(([name, value]) => (value ? [`${style.dim(`${name}:`)} ${visible(value)}`] : []));
}

function extras({ delivery }: Message): { blocked_reason?: string; dead_reason?: string } {
  const texts = Object.entries(delivery ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts);
}
