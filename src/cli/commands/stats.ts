import { formatDuration } from '../../message/duration.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION } from '../holder.ts';
import { statsText } from '../stats/stats-text.ts';

export const spec: CommandSpec = {
  name: 'stats',
  summary: 'show figures of the traffic between agents',
  options: [
    { flags: '--since <duration>', summary: 'only what was sent in the last 2h, 7d, … (default: all there is)', value: 'duration' },
    { ...AS_OPTION, summary: 'only what this agent sent or got (default: everybody)' },
  ],
  examples: [
    { command: 'comms stats', does: 'Show who writes to whom, how fast answers come, and what waits' },
    { command: 'comms stats --since 24h --as gpt', does: "Show gpt's last day" },
    { command: 'comms stats --json', does: 'Hand the figures to a program' },
  ],
  notes: [
    'Figures are taken of the messages in inboxes, archive and dead letters, and of the log of checks. What was purged\ncounts no more. A message to several counts once as sent, and once for each who got it.',
    'Response time is from a message that asked for a response to the first answer of its recipient; an ACK is no answer.\nSuccess is the share of what was completed or answered in everything that was, or became a dead letter.',
    'comms report says what stands out in the figures, and what could be done.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, notice, style, columns } = invocation;
  const sinceMs = options.number('since');
  const agent = options.text('as') === undefined ? undefined : invocation.identity();
  const comms = await open();
  const metrics = await comms.stats({ ...(sinceMs !== undefined && { sinceMs }), ...(agent !== undefined && { agent }) });
  const isEmpty = metrics.total_messages === 0 && metrics.conflicts.checked === 0;
  if (isEmpty) notice(nothing(sinceMs, agent));
  return { data: metrics, text: isEmpty ? '' : statsText(metrics, { style, columns: columns() }), brief: String(metrics.total_messages) };
};

function nothing(sinceMs: number | undefined, agent: string | undefined): string {
  const whose = agent === undefined ? '' : ` of or for ${agent}`;
  if (sinceMs === undefined) return `No messages${whose} yet. "comms send --help" says how to write one.`;
  return `No messages${whose} in the last ${formatDuration(sinceMs)}; without --since all are counted.`;
}
