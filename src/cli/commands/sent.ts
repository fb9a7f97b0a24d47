import type { CopyOutcome, Place } from '../../core/requests.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { FILTER_OPTIONS, isFiltered, lookRequest, noticeLimit, sortOption, TEXT_OPTION } from '../filter-options.ts';
import { AS_OPTION, failedFor } from '../holder.ts';
import { messageLines, mixedState } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'sent',
  summary: 'list what you sent, and what became of it',
  options: [AS_OPTION, ...FILTER_OPTIONS.filter(({ flags }) => !flags.startsWith('--sender')), TEXT_OPTION, sortOption('newest')],
  examples: [
    { command: 'comms sent --as claude', does: 'List what claude sent, the newest first' },
    { command: 'comms sent --as claude --status pending,blocked', does: 'List what nobody has finished' },
  ],
  notes: ['comms track ID tells more of one message, the answers to it among them.'],
};

export const run: Run = async (invocation) => {
  const { options, identity, open, style, now } = invocation;
  const agent = identity();
  const request = lookRequest(invocation);
  const comms = await open();
  const { messages, places, total, outcomes } = await comms.sent({ ...request, agent });
  if (messages.length === 0) invocation.notice(`No messages from ${agent}${isFiltered(options) ? ' fit these filters' : ''}.`);
  noticeLimit(invocation, { messages, total });
  const headline = (message: Message, copies: readonly CopyOutcome[], place: Place | undefined) => {
    const mixed = mixedState(copies);
    const recipients = copies.map(({ recipient }) => recipient);
    return messageLines(message, { style, now: now(), recipients }, mixed === undefined ? place : undefined, mixed);
  };
  const blocks = messages.map((message, n) => {
    const copies = Object.hasOwn(outcomes, message.id) ? (outcomes[message.id] ?? []) : [];
    return [headline(message, copies, places[n]), ...copies.filter((copy) => copies.length > 1 || isNews(copy)).map(outcomeLine)].join(
      '\n',
    );
  });
  return { data: { messages, places, total, outcomes }, text: blocks.join('\n'), brief: messages.map(({ id }) => id).join('\n') };
};

/** A copy of which there is something to tell, beside that it waits. */
function isNews({ outcome, status, section }: CopyOutcome): boolean {
  return outcome !== 'delivered' || status !== 'PENDING' || section !== 'active';
}

function outcomeLine({ recipient, outcome, reason, status, claimed_by, result, last_error, blocked_reason }: CopyOutcome): string {
  if (outcome === 'held') return visible(`  ${recipient}: held${reason === undefined ? '' : `: ${reason}`}`);
  const state = outcome === 'failed' ? failedFor(reason) : (status ?? 'delivered');
  const holder = claimed_by !== undefined && claimed_by !== recipient ? ` by ${claimed_by}` : '';
  const said = result ?? blocked_reason ?? last_error;
  return visible(`  ${recipient}: ${state}${holder}${said === undefined ? '' : `: ${said}`}`);
}
