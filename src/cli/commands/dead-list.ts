import { CommsError } from '../../errors.ts';
import type { CommandSpec, Run } from '../command.ts';
import { deadLines } from '../dead/dead-text.ts';
import { DEAD_OPTIONS, selectionFrom } from '../dead/selection.ts';
import { FILTER_OPTIONS, isFiltered, lookRequest, noticeLimit, TEXT_OPTION } from '../filter-options.ts';
import { AS_OPTION } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'dead list',
  summary: 'list the dead letters',
  options: [
    ...DEAD_OPTIONS,
    { ...AS_OPTION, summary: 'only those of the inboxes that this agent reads' },
    ...FILTER_OPTIONS.filter(({ flags }) => !flags.startsWith('--status')),
    TEXT_OPTION,
  ],
  examples: [
    { command: 'comms dead list', does: 'Show what failed too often, expired or was rejected, the latest first' },
    { command: 'comms dead list --inbox gpt --reason expired', does: 'Show what gpt did not take in time' },
    { command: 'comms dead redrive $(comms dead list --type QUERY --quiet)', does: 'Put all queries back' },
  ],
  notes: [
    'comms dead is the same. comms dead read shows one, comms dead redrive puts it back, comms dead purge deletes it.\nWhy and since when a message is dead stands in delivery.dead_reason and delivery.dead_at.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, style, now, notice } = invocation;
  const { filter, limit } = lookRequest(invocation);
  const selection = selectionFrom(options);
  const agent = options.text('as');
  if (agent !== undefined && selection.inbox !== undefined) throw twoInboxes();
  const comms = await open();
  const request = { ...selection, ...(agent !== undefined && { agent }), ...(filter && { filter }), ...(limit !== undefined && { limit }) };
  const { messages, places, total } = await comms.deadLetters(request);
  const of = agent ?? selection.inbox;
  if (messages.length === 0) {
    const fit = isFiltered(options) || selection.reason !== undefined ? ' that fit these filters' : '';
    notice(`No dead letters${of === undefined ? '' : ` of ${of}`}${fit}.`);
  }
  noticeLimit(invocation, { messages, total });
  return {
    data: { messages, places, total },
    text: messages.map((message, at) => deadLines(message, places[at], { style, now: now() })).join('\n'),
    brief: [...new Set(messages.map(({ id }) => id))].join('\n'),
  };
};

function twoInboxes(): CommsError {
  return new CommsError('USAGE', '--inbox and --as exclude each other.', {
    hint: 'Keep one of the two: --as also means the groups of the agent.',
    details: { options: ['--inbox', '--as'] },
  });
}
