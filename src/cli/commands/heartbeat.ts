import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'heartbeat',
  summary: 'say that you are there, and what you do',
  options: [
    AS_OPTION,
    { flags: '--status <text>', summary: 'how you are, in a word, such as busy' },
    { flags: '--task <text>', summary: 'what you work on' },
    { flags: '--no-task', summary: 'say that you work on nothing' },
  ],
  examples: [
    { command: 'comms heartbeat --as claude', does: 'Say that claude is there; status and task stay' },
    { command: 'comms heartbeat --as claude --status busy --task "Fix the login"', does: 'Say what it does, too' },
    { command: 'comms heartbeat --as claude --status idle --no-task', does: 'Say that it is done' },
  ],
  notes: [
    'Give one every minute or so. Without one an agent is stale after 2m and offline after 10m\n(presence.stale_after and presence.offline_after in config.json). git sees nothing of it.',
  ],
};

export const run: Run = async ({ options, identity, open }) => {
  const agent = identity();
  const [status, task] = [options.text('status'), options.choice('task') === false ? null : options.text('task')];
  const comms = await open();
  const beat = await comms.heartbeat(agent, {
    ...(status !== undefined && { status }),
    ...(task !== undefined && { currentTask: task || null }),
  });
  const data = { agent, status: beat.status ?? null, current_task: beat.current_task ?? null, last_heartbeat: beat.last_heartbeat };
  const said = [data.status, data.current_task].filter((part) => part !== null).map((part) => visible(part));
  return { data, text: `${agent} is there${said.length > 0 ? `: ${said.join(', ')}` : ''}.`, brief: '' };
};
