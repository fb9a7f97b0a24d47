import type { ChannelSummary } from '../../core/channels.ts';
import { visible } from '../../message/text.ts';
import { ageOf } from '../age.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'channel list',
  summary: 'list the channels and who reads them',
  examples: [
    { command: 'comms channel list', does: 'Show each channel, its readers, and since when they read it' },
    { command: 'comms channel list --json', does: 'Hand that to a program' },
  ],
  notes: [
    'Everybody reads the channel "general", until they unsubscribe from it. Another channel comes to be with its first\nsubscriber, and is gone with its last.',
  ],
};

export const run: Run = async ({ open, style, now }) => {
  const channels = await (await open()).channels();
  const block = ({ channel, subscribers }: ChannelSummary) => [
    style.strong(visible(channel)),
    ...subscribers.map(
      ({ agent, since }) =>
        `  ${visible(agent)}${since === undefined ? '' : style.dim(`  since ${visible(since)} (${ageOf(since, now())})`)}`,
    ),
  ];
  return {
    data: { channels },
    text: channels.flatMap(block).join('\n'),
    brief: channels.map(({ channel }) => channel).join('\n'),
  };
};
