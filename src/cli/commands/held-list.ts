import type { CommandSpec, Run } from '../command.ts';
import { FILTER_OPTIONS, isFiltered, lookRequest, noticeLimit, TEXT_OPTION } from '../filter-options.ts';
import { heldLines } from '../held/held-text.ts';
import { AS_OPTION } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'held list',
  summary: 'list the messages that wait for a decision',
  options: [
    { ...AS_OPTION, summary: 'only those that this agent may decide over' },
    ...FILTER_OPTIONS.filter(({ flags }) => !flags.startsWith('--status')),
    TEXT_OPTION,
  ],
  examples: [
    { command: 'comms held list', does: 'Show what was stopped on its way, and why, the oldest first' },
    { command: 'comms held list --as architect --sender gpt', does: 'Show what architect may decide over, of what gpt sent' },
    { command: 'comms held release $(comms held list --priority low --quiet)', does: 'Let all of low priority go' },
  ],
  notes: [
    'comms held is the same. comms held read shows one, comms held release lets it go, comms held reject does not.\nWho may decide: the agents in communication.orchestrators of config.json; where it names none, every agent but the\nsender; a person always.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, style, now, notice } = invocation;
  const { filter, limit } = lookRequest(invocation);
  const agent = options.text('as');
  const comms = await open();
  const found = await comms.held({
    ...(agent !== undefined && { agent }),
    ...(filter && { filter }),
    ...(limit !== undefined && { limit }),
  });
  const { messages, places, recipients, total } = found;
  if (messages.length === 0) {
    const whose = agent === undefined ? '' : ` that ${agent} may decide over`;
    notice(`No held messages${whose}${isFiltered(options) ? ' that fit these filters' : ''}.`);
  }
  noticeLimit(invocation, { messages, total });
  return {
    data: { messages, places, recipients, total },
    text: messages.map((message, n) => heldLines(message, places[n], { style, now: now(), recipients: recipients[n] ?? [] })).join('\n'),
    brief: messages.map(({ id }) => id).join('\n'),
  };
};
