import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { FILTER_OPTIONS, lookRequest, noticeLimit, sortOption } from '../filter-options.ts';
import { registeredAgent } from '../identity.ts';
import { messageList } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'search',
  summary: 'find messages by what they say',
  arguments: [{ name: 'text', summary: 'what a message must hold, in any case', required: true }],
  options: [
    { flags: '--inbox <agent>', summary: "only in this agent's inbox", completes: 'agent' },
    ...FILTER_OPTIONS,
    sortOption('newest'),
  ],
  examples: [
    { command: 'comms search login', does: 'Find it in every inbox, archived messages and dead letters too' },
    { command: 'comms search "src/login.ts" --type BUG_REPORT --inbox claude', does: 'Find bug reports about a file' },
  ],
  notes: ['Looks at id, subject, details and context. Finding nothing is no error.'],
};

export const run: Run = async (invocation) => {
  const { args, options, workspace, open, style, now } = invocation;
  const [text = ''] = args;
  const inbox = options.text('inbox');
  const agent = inbox === undefined ? undefined : registeredAgent(inbox, workspace().settings);
  const request = lookRequest(invocation);
  const comms = await open();
  const found = await comms.search({ ...request, text, ...(agent !== undefined && { agent }) });
  const { messages, places, total } = found;
  if (messages.length === 0)
    invocation.notice(`No message holds "${visible(text)}"${agent === undefined ? '' : ` in the inbox of ${agent}`}.`);
  noticeLimit(invocation, found);
  return {
    data: { messages, places, total },
    text: messageList(found, { style, now: now() }),
    brief: messages.map(({ id }) => id).join('\n'),
  };
};
