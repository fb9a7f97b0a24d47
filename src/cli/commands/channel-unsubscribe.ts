import { nearest } from '../../message/names.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION } from '../holder.ts';
import { CHANNEL_ARGUMENT } from './channel-subscribe.ts';

export const spec: CommandSpec = {
  name: 'channel unsubscribe',
  summary: 'stop reading a channel',
  arguments: [CHANNEL_ARGUMENT],
  options: [AS_OPTION],
  examples: [{ command: 'comms channel unsubscribe backend --as gpt', does: 'Let nothing more of backend come into the inbox of gpt' }],
  notes: ['What lies in the inbox stays there. A broadcast still comes.'],
};

export const run: Run = async ({ args: [channel = ''], identity, open }) => {
  const agent = identity();
  const comms = await open();
  const changed = await comms.unsubscribe({ channel, agent });
  const read = changed
    ? []
    : (await comms.channels()).flatMap((one) => (one.subscribers.some((by) => by.agent === agent) ? one.channel : []));
  const close = nearest(channel, read);
  return {
    data: { channel, agent, changed },
    text: changed ? `${agent} no longer reads ${channel}.` : `${agent} did not read ${channel}.`,
    brief: channel,
    warnings: close === undefined ? [] : [`${agent} reads "${close}"; was that meant?`],
  };
};
