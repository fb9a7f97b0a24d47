import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, identityIfAny } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'unreserve',
  summary: 'give reserved files back',
  arguments: [
    {
      name: 'paths',
      summary: 'what was reserved, or a directory or glob that it lies in; relative to the current directory',
      variadic: true,
      completes: 'file',
    },
  ],
  options: [
    AS_OPTION,
    { flags: '--all', summary: 'give back all that you hold' },
    { flags: '--force', summary: 'take what others hold away from them, too; for a person to decide' },
  ],
  examples: [
    { command: 'comms unreserve src/login.ts --as claude', does: 'Let others work on it' },
    { command: 'comms unreserve --all --as claude', does: 'Be done with everything' },
    { command: 'comms unreserve src --force', does: 'Free what an agent that is gone has reserved' },
  ],
  notes: ['What ran out needs no giving back.'],
};

export const run: Run = async (invocation) => {
  const { args, options, identity, open, notice } = invocation;
  const [all, force] = [options.flag('all'), options.flag('force')];
  const agent = force ? identityIfAny(invocation) : identity();
  const comms = await open();
  const { released, missing } = await comms.unreserve({ paths: args, all, force, ...(agent !== undefined && { agent }) });
  for (const path of missing) notice(`Nothing is reserved under ${visible(path)}.`);
  if (all && released.length === 0) notice(agent === undefined ? 'Nothing is reserved.' : `${agent} has reserved nothing.`);
  return {
    data: { released, missing },
    text: released.map(({ path, agent: holder }) => `Gave back ${visible(path)}${holder === agent ? '' : ` of ${holder}`}.`).join('\n'),
    brief: released.map(({ path }) => visible(path)).join('\n'),
  };
};
