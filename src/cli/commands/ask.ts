import { CommsError } from '../../errors.ts';
import { isUndecided } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { messageText } from '../layout.ts';
import { waitFrom } from '../wait-options.ts';
import { dryRun, requestFrom, spec as SEND } from './send.ts';

export const spec: CommandSpec = {
  name: 'ask',
  summary: 'send a message and wait for its answer',
  options: [
    ...(SEND.options ?? []),
    {
      flags: '--timeout <duration>',
      summary: 'end with exit status 4 where no answer came in this time (default: for ever)',
      value: 'duration',
    },
    { flags: '--responses <count>', summary: 'wait for so many answers (default: one)', value: 'integer' },
  ],
  examples: [
    {
      command: 'comms ask --from claude --to gpt --subject "Which port?" --details "Where does the server listen?" --timeout 5m',
      does: 'Ask gpt, and print what it answers',
    },
    {
      command: 'comms ask --from claude --broadcast --subject "Ready?" --details "May I merge?" --responses 2 --timeout 10m --json',
      does: 'Collect two answers',
    },
    { command: 'comms ask --message query.json --timeout 30s', does: 'Ask with a whole message' },
  ],
  notes: [
    'It is sent as by comms send; the type is QUERY where none is given. Of several recipients the\nfirst answer is printed. An answer that is printed is completed; an ACK is none.',
    'The question stays open where the time is over or the command is interrupted: comms wait goes on\nwaiting. It ends early, with exit status 4, once every recipient let the question fail or expire or\nfinished it without an answer. A question that is held for a decision is waited for; stderr says so.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, signal, style, now } = invocation;
  const wanted = options.number('responses');
  if (wanted === 0) throw new CommsError('USAGE', '--responses takes a number above 0.', { hint: 'Leave it out for one answer.' });
  const { comms, request, warnings: read } = await requestFrom(invocation, spec, { type: 'QUERY' });
  if (options.flag('dry-run')) return dryRun(invocation, await comms.preview(request), read);
  let question: Message | undefined;
  const asked = {
    ...request,
    timeoutMs: options.number('timeout'),
    ...(wanted !== undefined && { responses: wanted }),
    signal,
    onSent: (sent: Message) => {
      question = sent;
      // Whoever waits has to know that nobody was asked yet.
      if (isUndecided(sent)) invocation.notice(waitsForDecision(sent));
    },
  };
  // Whoever stops waiting has to know what was asked, or asks again.
  const onAbort = () => {
    if (question) invocation.notice(stillOpen(question));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const { message, deliveries, response, responses, warnings } = await comms
    .ask(asked, waitFrom(invocation))
    .finally(() => signal.removeEventListener('abort', onAbort));
  return {
    data: { message, deliveries, response, ...(wanted !== undefined && { responses }) },
    text: responses.map((one) => messageText(one, { style, now: now() })).join('\n\n'),
    brief: responses.map(({ id }) => id).join('\n'),
    warnings: [...read, ...warnings],
  };
};

function waitsForDecision({ id, delivery }: Message): string {
  const why = typeof delivery?.held_reason === 'string' ? `: ${delivery.held_reason}` : '.';
  return visible(`The question ${id} is held until somebody decides over it${why} "comms track ${id}" shows what becomes of it.`);
}

function stillOpen({ id, sender, correlation_id }: Message): string {
  return visible(`The question ${id} stays open. Run "comms wait --as ${sender} --correlation-id ${correlation_id}" to go on waiting.`);
}
