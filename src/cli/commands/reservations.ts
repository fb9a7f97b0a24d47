import type { ReservedFiles } from '../../core/reservation-requests.ts';
import { CommsError } from '../../errors.ts';
import { visible } from '../../message/text.ts';
import { sayConflict } from '../../orchestrator/conflicts/reservations.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { AS_OPTION, identityIfAny, timeLeft } from '../holder.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'reservations',
  summary: 'list who has reserved which files, or check some',
  arguments: [
    {
      name: 'paths',
      summary: 'only what meets these; - reads names from stdin, as git prints them: relative to the top of the working tree',
      variadic: true,
      completes: 'file',
    },
  ],
  options: [
    { ...AS_OPTION, summary: 'only what this agent holds; with --check, who is allowed to change it (default: COMMS_AGENT)' },
    { flags: '--check', summary: 'end with 5 where somebody else has reserved one of the paths' },
  ],
  examples: [
    { command: 'comms reservations', does: 'Show what is reserved, by whom, what for, and for how long' },
    { command: 'comms reservations src --check --as claude', does: 'See whether claude may work in src' },
    {
      command: 'git diff --cached --name-only --no-renames -z | comms reservations --check --as claude -',
      does: 'In .git/hooks/pre-commit: let no commit through that changes what others have reserved',
    },
  ],
  notes: ['Names from stdin end with a newline or, with -z of git, with NUL; no character in them is a wildcard.'],
};

export const run: Run = async (invocation) => {
  const { args, options, open, readInput } = invocation;
  const paths = args.filter((path) => path !== '-');
  const files = args.includes('-') ? namesIn(await readInput('-')) : [];
  if (options.flag('check')) return check(invocation, { paths, files });
  // An agent that asks what is reserved means by others, too.
  const agent = options.text('as') === undefined ? undefined : invocation.identity();
  const comms = await open();
  // A list of no names is met by nothing.
  const found =
    args.length > 0 && paths.length + files.length === 0
      ? NOTHING
      : await comms.reservations({ paths, files, ...(agent !== undefined && { agent }) });
  if (found.reservations.length === 0) {
    const by = agent === undefined ? '' : ` by ${agent}`;
    invocation.notice(`Nothing${args.length > 0 ? ' of that' : ''} is reserved${by}; "comms reserve PATHS" reserves files.`);
  }
  return { data: found, text: table(found, invocation), brief: found.reservations.map(({ path }) => visible(path)).join('\n') };
};

const NOTHING: ReservedFiles = { reservations: [], meetings: [] };

async function check(invocation: Invocation, asked: { paths: string[]; files: string[] }): Promise<Outcome> {
  const { args, open, now, notice } = invocation;
  if (args.length === 0) {
    throw new CommsError('USAGE', '--check needs paths to look at.', { hint: `For example: ${spec.examples[1]?.command}` });
  }
  const agent = identityIfAny(invocation);
  const comms = await open();
  const found = asked.paths.length + asked.files.length === 0 ? NOTHING : await comms.reservations(asked);
  const meetings = found.meetings.filter(({ reservation }) => reservation.agent !== agent);
  const reservations = found.reservations.filter((one) => one.agent !== agent);
  if (meetings.length === 0) notice('Nothing of that is reserved by others.');
  return {
    data: { reservations, meetings },
    text: meetings.map((meeting) => `${sayConflict(meeting, now())}.`).join('\n'),
    brief: [...new Set(meetings.map(({ path }) => visible(path)))].join('\n'),
    exit: meetings.length === 0 ? 0 : 5,
  };
}

function table({ reservations }: ReservedFiles, { style, now }: Invocation): string {
  if (reservations.length === 0) return '';
  return textTable([
    ['path', 'agent', 'task', 'left'].map((name) => style.dim(name)),
    ...reservations.map(({ path, agent, task, expires_at }) => [
      style.strong(visible(path)),
      agent,
      visible(task ?? '-'),
      timeLeft(expires_at, now()),
    ]),
  ]);
}

/** @throws USAGE for names that git has put into quotes, which nothing would be found under */
function namesIn(text: string): string[] {
  if (text.includes('\0')) return text.split('\0').filter((name) => name !== '');
  const names = text.split(/\r?\n/).filter((name) => name !== '');
  const quoted = names.find((name) => /^".*"$/.test(name));
  if (quoted === undefined) return names;
  throw new CommsError('USAGE', `Git has quoted the name ${visible(quoted)}.`, {
    hint: 'Give git the option -z, so that it prints names as they are.',
  });
}
