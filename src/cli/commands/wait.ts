import { BUILT_IN_TYPES } from '../../message/message.ts';
import { parseType } from '../../message/types.ts';
import type { CommandSpec, Run } from '../command.ts';
import { withMessageId } from '../holder.ts';
import { messageText } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'wait',
  summary: 'wait for a message, and print it',
  options: [
    { flags: '--as <agent>', summary: 'wait at the inbox of this agent (default: COMMS_AGENT)', completes: 'agent' },
    { flags: '--for <id>', summary: 'only for an answer to this message, such as msg-007; 7 will do' },
    { flags: '--correlation-id <id>', summary: 'only for a message of this thread' },
    { flags: '--type <type>', summary: 'only for this type', suggestions: BUILT_IN_TYPES },
    {
      flags: '--timeout <duration>',
      summary: 'end with exit status 4 where nothing came in this time (default: for ever)',
      value: 'duration',
    },
    { flags: '--claim', summary: 'claim what came' },
  ],
  examples: [
    { command: 'comms wait --as claude --for msg-007 --timeout 5m', does: 'Wait for the answer to what claude sent' },
    { command: 'comms wait --as gpt --claim --json', does: 'Take the next message, and wait for one where there is none' },
  ],
  notes: ['It ends at once where something that fits is PENDING. It takes nothing, unless --claim is given.'],
};

export const run: Run = async ({ options, identity, open, signal, style, now }) => {
  const agent = identity();
  const type = options.text('type');
  const request = {
    agent,
    correlationId: options.text('correlation-id'),
    type: type === undefined ? undefined : parseType(type),
    timeoutMs: options.number('timeout'),
    claim: options.flag('claim'),
    signal,
  };
  const comms = await open();
  const asked = options.text('for');
  const message = await (asked === undefined ? comms.wait(request) : withMessageId(asked, (id) => comms.wait({ ...request, for: id })));
  return { data: { message }, text: messageText(message, { style, now: now() }), brief: message.id };
};
