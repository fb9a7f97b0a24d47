import type { CommandSpec, Run } from '../command.ts';
import { FILTER_OPTIONS, isFiltered, lookRequest, noticeLimit, sortOption, TEXT_OPTION } from '../filter-options.ts';
import { AS_OPTION } from '../holder.ts';
import { messageList } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'inbox',
  summary: 'list what waits for you',
  options: [
    AS_OPTION,
    ...FILTER_OPTIONS,
    TEXT_OPTION,
    sortOption('urgent'),
    { flags: '--all', summary: 'show completed messages, too' },
    { flags: '--archived', summary: 'show archived messages, too' },
  ],
  examples: [
    { command: 'comms inbox --as claude', does: 'List the open messages, the most urgent first' },
    { command: 'comms inbox --as claude --status pending --type BUG_REPORT,FIX_REQUEST', does: 'List what is to be fixed' },
    { command: 'comms inbox --as claude --all --sort newest --limit 10', does: 'List the last ten, finished ones too' },
    { command: 'comms inbox --as claude --json', does: 'Hand the messages to a program' },
  ],
  notes: [
    'Open are PENDING, IN_PROGRESS and BLOCKED. An empty inbox is no error.',
    'What waits in the shared inboxes of your groups is listed, too: the first member to claim it has it.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, identity, open, style, now } = invocation;
  const agent = identity();
  const request = lookRequest(invocation);
  const [all, archived] = [options.flag('all'), options.flag('archived')];
  const comms = await open();
  const found = await comms.inbox({ ...request, agent, ...(all && { all }), ...(archived && { archived }) });
  const { messages, places, total } = found;
  if (messages.length === 0) {
    const open = all || archived || options.list('status').length > 0 ? '' : 'open ';
    invocation.notice(`No ${open}messages for ${agent}${isFiltered(options) ? ' fit these filters' : ''}.`);
  }
  noticeLimit(invocation, found);
  return {
    data: { messages, places, total },
    text: messageList(found, { style, now: now() }),
    brief: messages.map(({ id }) => id).join('\n'),
  };
};
