import type { ArgumentSpec, CommandSpec, Run } from '../command.ts';
import { AS_OPTION } from '../holder.ts';

export const CHANNEL_ARGUMENT: ArgumentSpec = {
  name: 'channel',
  summary: 'a-z, 0-9, ., - and _, at most 64 characters',
  required: true,
  completes: 'channel',
};

export const spec: CommandSpec = {
  name: 'channel subscribe',
  summary: 'read a channel from now on',
  arguments: [CHANNEL_ARGUMENT],
  options: [AS_OPTION],
  examples: [{ command: 'comms channel subscribe backend --as gpt', does: 'Let what is sent to backend come into the inbox of gpt, too' }],
  notes: ['What was sent to the channel before does not come. Subscribing again changes nothing.'],
};

export const run: Run = async ({ args: [channel = ''], identity, open }) => {
  const agent = identity();
  const changed = await (await open()).subscribe({ channel, agent });
  return {
    data: { channel, agent, changed },
    text: changed ? `${agent} reads ${channel} from now on.` : `${agent} reads ${channel} already.`,
    brief: channel,
  };
};
