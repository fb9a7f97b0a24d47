import { BUILT_IN_TYPES } from '../../message/message.ts';
import { templateOf } from '../../message/template.ts';
import { parseType } from '../../message/types.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'template',
  summary: 'print a message of a type to fill in',
  arguments: [{ name: 'type', summary: `${BUILT_IN_TYPES.join(', ')}, or one of your own`, required: true, suggestions: BUILT_IN_TYPES }],
  options: [
    { flags: '--from <agent>', summary: 'put in this sender (default: COMMS_AGENT, else claude)', completes: 'agent' },
    { flags: '--to <agent>', summary: 'put in this recipient', default: 'gpt', completes: 'agent' },
  ],
  examples: [
    { command: 'comms template BUG_REPORT', does: 'Show what a bug report holds' },
    { command: 'comms template QUESTION --to gemini > question.json', does: 'Keep it in a file to fill in, for comms send --message' },
  ],
  notes: ['Needs no workspace. The id is a placeholder: comms send gives the real one.'],
};

export const run: Run = async ({ args: [type = ''], options, env }) => {
  const sender = options.text('from') ?? (env.COMMS_AGENT || 'claude');
  const message = templateOf(parseType(type), { sender, recipient: options.text('to') ?? 'gpt' });
  return { data: message, text: JSON.stringify(message, null, 2) };
};
