import type { CommandSpec, Run } from '../command.ts';
import { registeredAgent } from '../identity.ts';

export const spec: CommandSpec = {
  name: 'archive',
  summary: 'move completed messages to the archive',
  options: [
    { flags: '--agent <agent>', summary: 'only in the inbox of this agent (default: in all)', completes: 'agent' },
    { flags: '--older-than <duration>', summary: 'only what was completed so long ago', value: 'duration' },
    { flags: '--keep <count>', summary: 'leave this many of the newest completed ones in each inbox', value: 'integer' },
    { flags: '--rotate', summary: 'also move the archive sections to files in archive/' },
  ],
  examples: [
    { command: 'comms archive', does: 'Archive everything that is completed' },
    { command: 'comms archive --older-than 7d --keep 20', does: 'Leave what is new' },
    { command: 'comms archive --agent claude --rotate', does: 'Make the inbox of claude as small as it can be' },
  ],
};

export const run: Run = async ({ options, workspace, open, style }) => {
  const { settings } = workspace();
  const named = options.text('agent');
  const request = {
    agent: named === undefined ? undefined : registeredAgent(named, settings),
    olderThanMs: options.number('older-than'),
    keep: options.number('keep'),
    rotate: options.flag('rotate'),
  };
  const comms = await open();
  const { archived, rotated } = await comms.archive(request);
  const lines = archived.map(({ inbox, id }) => `${style.id(id)}  ${inbox}`);
  const head = archived.length === 0 ? 'Nothing to archive.' : `Archived ${count(archived.length)}:`;
  const tail = rotated > 0 ? [`Moved ${count(rotated)} to archive/.`] : [];
  return { data: { archived, rotated }, text: [head, ...lines, ...tail].join('\n'), brief: archived.map(({ id }) => id).join('\n') };
};

function count(messages: number): string {
  return `${messages} message${messages === 1 ? '' : 's'}`;
}
