import type { ReplayRequest } from '../../core/requests.ts';
import { CommsError } from '../../errors.ts';
import { parseType } from '../../message/types.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { AS_OPTION, messageId } from '../holder.ts';
import { momentOf } from '../replay/moment.ts';
import { countOf, failureLine, replayText } from '../replay/replay-text.ts';

export const spec: CommandSpec = {
  name: 'replay',
  summary: 'send messages that are there once more, to an agent of your choice',
  options: [
    { flags: '--to <agent>', summary: 'the agent that gets them', required: true, completes: 'agent' },
    AS_OPTION,
    { flags: '--since <time>', summary: 'only what was sent since then: 2h (ago), 2026-01-17 or 2026-01-17T12:00:00Z' },
    { flags: '--until <time>', summary: 'only what was sent until then' },
    { flags: '--thread <id>', summary: 'only messages of the thread of this one' },
    { flags: '--type <type>', summary: 'only of this type; context.* is every type that begins so', commas: true },
    { flags: '--sender <agent>', summary: 'only from this agent', commas: true, completes: 'agent' },
    { flags: '--inbox <agent>', summary: 'only what lies in the inbox of this agent', completes: 'agent' },
    { flags: '--id <id>', summary: 'only this message', commas: true },
    { flags: '--archived', summary: 'only what is archived' },
    { flags: '--dead', summary: 'dead letters, too' },
    { flags: '--all', summary: 'every message there is, dead letters too' },
    { flags: '-n, --limit <count>', summary: 'at most so many, the newest', value: 'integer' },
    { flags: '--again', summary: 'also what you have replayed to this agent before' },
    { flags: '--no-requires-response', summary: 'ask for no answers, even where the originals did' },
    { flags: '--dry-run', summary: 'check everything and show what would be sent' },
  ],
  examples: [
    { command: 'comms replay --thread 12 --to gemini --as claude', does: 'Bring gemini into a conversation' },
    {
      command: 'comms replay --since 2h --inbox gpt --to gemini --as claude --dry-run',
      does: 'See what gpt was sent in the last two hours',
    },
    { command: 'comms replay --type BUG_REPORT --archived --to gpt --as claude', does: 'Let gpt look at old bug reports again' },
  ],
  notes: [
    'Messages of the inboxes and the archive are sent as new ones, oldest first, and you are their sender. Each refers\nto its original; metadata.replay_of and metadata.original_sender say what it was. Status, lease and expiry stay\nbehind, and the correlation id becomes another: a replayed answer answers nobody who is waiting. A replayed question asks again, and\nthe answer comes to you.',
    'What you replayed to an agent before is not sent again, so a replay that was cut off can be repeated. A message\nthat is not valid by the rules for sending is reported, the others are sent, and the exit status is 6.',
  ],
};

export const run: Run = async (invocation) => {
  const { identity, open, style, progress } = invocation;
  const request = requestFrom(invocation, identity());
  const { dryRun = false } = request;
  const comms = await open();
  const { to, replays } = await comms.replay({
    ...request,
    onProgress: (done, total) => progress(done < total ? `Replayed ${done} of ${total}…` : ''),
  });
  const failed = replays.filter(({ outcome }) => outcome === 'failed');
  if (replays.length === 0) invocation.notice('No message fits; nothing was sent.');
  for (const one of failed) invocation.notice(failureLine(one));
  if (failed.length > 0) invocation.notice(`${countOf(failed.length)} of ${replays.length} cannot be replayed.`);
  const outcome: Outcome = {
    data: { to, dry_run: dryRun, replays },
    text: replayText(replays, { to, dryRun, style }),
    brief: replays
      .flatMap(({ outcome, original, message }) => (outcome === 'delivered' ? (message?.id ?? []) : outcome === 'ready' ? original.id : []))
      .join('\n'),
    ...(failed.length > 0 && { exit: 6 }),
  };
  return outcome;
};

/** @throws USAGE, UNKNOWN_TYPE */
function requestFrom({ options, now, signal }: Invocation, from: string): ReplayRequest {
  const limit = options.number('limit');
  const ids = options.list('id').map(messageId);
  const inbox = options.text('inbox');
  const thread = options.text('thread');
  const since = momentOf('--since', options.text('since'), now());
  const until = momentOf('--until', options.text('until'), now());
  const type = options.list('type').map((one) => (one.endsWith('.*') ? one : parseType(one)));
  const sender = options.list('sender');
  const narrows = [limit, inbox, thread, since, until, ids[0], type[0], sender[0]].some((value) => value !== undefined);
  if (!narrows && !options.flag('all') && !options.flag('archived')) throw nothingChosen();
  return {
    from,
    to: options.text('to') ?? '',
    ...(ids.length > 0 && { ids }),
    ...(inbox !== undefined && { inbox }),
    ...(thread !== undefined && { thread: messageId(thread) }),
    ...(limit !== undefined && limit > 0 && { limit }),
    filter: { type, sender, ...(since !== undefined && { since }), ...(until !== undefined && { until }) },
    sections: [
      ...(options.flag('archived') && !options.flag('all') ? [] : ['active' as const]),
      'archived' as const,
      ...(options.flag('dead') || options.flag('all') ? ['dead' as const] : []),
    ],
    again: options.flag('again'),
    ...(options.choice('requires-response') === false && { requiresResponse: false }),
    dryRun: options.flag('dry-run'),
    signal,
  };
}

/** Everything that was ever said is seldom what somebody wants to send. */
function nothingChosen(): CommsError {
  return new CommsError('USAGE', 'Nothing says which messages to replay.', {
    hint: 'Choose with --since, --until, --thread, --type, --sender, --inbox or --id; --all replays every one. --dry-run shows them first.',
  });
}
