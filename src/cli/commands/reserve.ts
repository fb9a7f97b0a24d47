import { visible } from '../../message/text.ts';
import type { Reservation } from '../../orchestrator/conflicts/reservation.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, timeLeft } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'reserve',
  summary: 'reserve files while you work on them',
  arguments: [
    {
      name: 'paths',
      summary: 'files, directories (with all that is in them) or globs, relative to the current directory',
      required: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: [
    AS_OPTION,
    { flags: '--task <task>', summary: 'say what it is for: a task of the plan, or a few words', completes: 'task' },
    { flags: '--ttl <duration>', summary: 'keep it for so long, at most 7d (default: 30m)', value: 'duration' },
  ],
  examples: [
    { command: 'comms reserve src/login.ts test/login --as claude --task task-2', does: 'Reserve a file and a directory for half an hour' },
    {
      command: 'comms reserve "src/**/*.sql" --as gpt --ttl 2h',
      does: 'Reserve what a glob means; quote it, so that the shell leaves it alone',
    },
  ],
  notes: [
    'All of it is reserved or, where another agent holds some of it, nothing: then it ends with 5. Reserving a path again\nrenews it. Nothing keeps others from writing; comms checks the files that messages name, and comms reservations --check\nkeeps a commit from going through.',
    'In globs * and ? stand for characters within a name, ** for any directories, {a,b} for either. Brackets are plain\ncharacters, and case does not count.',
  ],
};

export const run: Run = async ({ args, options, identity, open, now, style }) => {
  const agent = identity();
  const [task, ttlMs] = [options.text('task'), options.number('ttl')];
  const comms = await open();
  const { reserved, renewed } = await comms.reserve({
    agent,
    paths: args,
    ...(task !== undefined && { task }),
    ...(ttlMs !== undefined && { ttlMs }),
  });
  const line = ({ path, expires_at, task: what }: Reservation) => {
    const done = renewed.includes(path) ? 'Renewed' : 'Reserved';
    const why = what === undefined ? '' : ` for ${visible(what)}`;
    return `${done} ${style.strong(visible(path))}${why} until ${expires_at.replace(/\.\d+Z$/, 'Z')} (${timeLeft(expires_at, now())}).`;
  };
  return { data: { reserved, renewed }, text: reserved.map(line).join('\n'), brief: reserved.map(({ path }) => visible(path)).join('\n') };
};
