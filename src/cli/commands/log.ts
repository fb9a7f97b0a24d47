import type { Log, LogRequest } from '../../core/git/history-requests.ts';
import { parseType } from '../../message/types.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { eventData, eventLines } from '../history/event-lines.ts';
import { entryText, shortName } from '../history/log-text.ts';
import { sinceFrom } from '../history/since.ts';
import { withMessageId } from '../holder.ts';
import { problemLines } from '../problem-lines.ts';

const DEFAULT_LIMIT = 20;

export const spec: CommandSpec = {
  name: 'log',
  summary: 'show what happened to messages, commit by commit',
  arguments: [{ name: 'id', summary: "only this message's life, such as msg-007; 7 will do" }],
  options: [
    { flags: '--since <when>', summary: 'only what came after a commit, branch or tag, or since a time: 2h (ago), 2026-01-17' },
    {
      flags: '-n, --limit <count>',
      summary: `at most so many commits; 0 is all (default: ${DEFAULT_LIMIT}, all with an id)`,
      value: 'integer',
    },
    { flags: '--as <agent>', summary: 'only what this agent sent, did or got', completes: 'agent' },
    { flags: '--type <type>', summary: 'only messages of this type; context.* is every type that begins so', commas: true },
  ],
  examples: [
    { command: 'comms log', does: 'Show the last commits, and what is not committed yet' },
    { command: 'comms log msg-012', does: 'Show the life of one message, under whatever id and wherever it lay' },
    { command: 'comms log --since main --as gpt', does: 'Show what gpt did since this branch left main' },
  ],
  notes: [
    'The newest commit comes first, what is not committed yet last. A message is followed by its uid, through other ids, the archive, the dead letters and back.',
    'A merge tells only what it did itself; the commits of the merged branch tell the rest. What happened and was taken back between two commits cannot be seen. History is followed to where the workspace was put in its place, not beyond a move of its directory.',
  ],
};

export const run: Run = async (invocation) => {
  const { args, open, style, notice } = invocation;
  const request = requestFrom(invocation);
  const comms = await open();
  const found = await (args[0] === undefined ? comms.log(request) : withMessageId(args[0], (id) => comms.log({ ...request, id })));
  const { entries, uncommitted } = found;
  if (entries.length === 0)
    notice(isNarrowed(invocation) ? 'No commit tells of that.' : 'No commit tells of messages. "comms commit" makes one.');
  if (found.more) notice(`There may be more; --limit 0 shows all.`);
  const blocks = entries.map((entry) => entryText(entry, style));
  const beyond = uncommitted && [
    ...eventLines(uncommitted.events, style),
    ...problemLines(uncommitted.problems, style).split('\n').filter(Boolean),
  ];
  if (beyond && beyond.length > 0) blocks.push([style.strong('not committed yet'), ...beyond.map((line) => `  ${line}`)].join('\n'));
  return {
    data: dataOf(found),
    text: blocks.join('\n\n'),
    brief: entries.map(({ commit }) => commit).join('\n'),
    warnings: ends(found),
  };
};

/** @throws USAGE, UNKNOWN_TYPE */
function requestFrom({ args, options, now }: Invocation): LogRequest {
  const limit = options.number('limit') ?? (args[0] === undefined ? DEFAULT_LIMIT : 0);
  const types = options.list('type').map((type) => (type.endsWith('.*') ? type : parseType(type)));
  // Not checked against the agents: who is gone has a history, too.
  const agent = options.text('as');
  return {
    ...sinceFrom(options.text('since'), now()),
    ...(limit > 0 && { limit }),
    ...(agent !== undefined && { agent: agent.toLowerCase() }),
    ...(types.length > 0 && { types }),
  };
}

function isNarrowed({ args, options }: Invocation): boolean {
  return (
    args[0] !== undefined ||
    options.list('type').length > 0 ||
    [options.text('as'), options.text('since')].some((value) => value !== undefined)
  );
}

/** Where history ends before its beginning. */
function ends({ shallow, movedFrom, uncommitted }: Log): string[] {
  return [
    ...(shallow === undefined
      ? []
      : [`This is a shallow clone: what happened up to ${shortName(shallow)} is not in it. "git fetch --unshallow" gets it.`]),
    ...(movedFrom === undefined
      ? []
      : [
          `The workspace lay in ${JSON.stringify(movedFrom)} before; what happened there is not told: git log -- ${JSON.stringify(movedFrom)}`,
        ]),
    ...(uncommitted === undefined ? ['The messages lie in a database, which git does not see; what is told was committed as files.'] : []),
  ];
}

function dataOf({ entries, uncommitted, more, shallow, movedFrom }: Log): object {
  return {
    entries: entries.map((entry) => ({ ...entry, events: entry.events.map(eventData) })),
    ...(uncommitted && { uncommitted: { ...uncommitted, events: uncommitted.events.map(eventData) } }),
    more,
    ...(shallow !== undefined && { shallow }),
    ...(movedFrom !== undefined && { moved_from: movedFrom }),
  };
}
