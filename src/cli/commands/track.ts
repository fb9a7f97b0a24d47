import type { TrackResult } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import { ageOf } from '../age.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, failedFor, ID_ARGUMENT, identityIfAny, withMessageId } from '../holder.ts';
import { messageLines, mixedState } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'track',
  summary: 'show what became of a message',
  arguments: [ID_ARGUMENT],
  options: [{ ...AS_OPTION, summary: "show this agent's copy first (default: COMMS_AGENT)" }],
  examples: [
    { command: 'comms track msg-007', does: 'Show for each recipient who took it, the result, and the answers' },
    { command: 'comms track 7 --json', does: 'Hand that to a program' },
  ],
  notes: [
    'A message that failed too often, or expired, lies in the dead letters and counts as failed. One that is held was\nstopped on its way and waits for a decision; comms held list shows them.',
  ],
};

export const run: Run = async (invocation) => {
  const { args, open, style, now } = invocation;
  const agent = identityIfAny(invocation);
  const comms = await open();
  const { message, place, deliveries } = await withMessageId(args[0] ?? '', (id) =>
    comms.track({ id, ...(agent !== undefined && { agent }) }),
  );
  const blocks = deliveries.map((delivery) => {
    const { outcome } = delivery;
    const state =
      outcome === 'failed' ? style.bad(visible(failedFor(delivery.reason))) : outcome === 'held' ? style.warn('held') : 'delivered';
    const status = delivery.status === undefined || outcome !== 'delivered' ? '' : `, ${visible(String(delivery.status))}`;
    const archived = delivery.section === 'archived' ? ', archived' : '';
    return [`${style.strong(visible(delivery.recipient))}: ${state}${status}${archived}`, ...factsOf(delivery, now())].join('\n');
  });
  const mixed = mixedState(deliveries);
  const recipients = deliveries.map(({ recipient }) => recipient);
  return {
    data: { message, place, deliveries },
    text: [messageLines(message, { style, now: now(), recipients }, mixed === undefined ? place : undefined, mixed), ...blocks].join('\n'),
    brief: deliveries
      .map(({ recipient, outcome, status }) => `${recipient} ${outcome === 'delivered' ? (status ?? outcome) : outcome}`)
      .join('\n'),
  };
};

function factsOf(delivery: TrackResult['deliveries'][number], now: number): string[] {
  const { claimed_by, attempts, completed_at, result, last_error, blocked_reason, held_reason, replies } = delivery;
  const facts: [string, string | undefined][] = [
    ['held because', held_reason],
    ['released', releaseOf(delivery)],
    ['release note', delivery.released_note],
    ['rejected by', delivery.rejected_by],
    ['held by', delivery.status === 'IN_PROGRESS' ? claimed_by : undefined],
    ['completed by', delivery.status === 'COMPLETED' && claimed_by !== delivery.recipient ? claimed_by : undefined],
    ['attempts', attempts?.toString()],
    ['completed', completed_at === undefined ? undefined : `${completed_at} (${ageOf(completed_at, now)})`],
    ['result', result],
    ['blocked because', blocked_reason],
    ['last error', last_error],
    ['answered with', replies.join(', ')],
  ];
  return facts.flatMap(([name, value]) => (value ? [`  ${name}: ${visible(value)}`] : []));
}

function releaseOf({ released_at, released_by }: TrackResult['deliveries'][number]): string | undefined {
  return released_at === undefined ? undefined : `${released_by === undefined ? 'by a person' : `by ${released_by}`}, ${released_at}`;
}
