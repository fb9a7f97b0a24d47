import type { ReadyAnswer } from '../../core/ready-requests.ts';
import { EXIT_BY_CODE } from '../../errors.ts';
import { quote, visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, messageId, textOrStdin } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'ready',
  summary: 'tell those who wait for something that it is ready',
  arguments: [
    {
      name: 'what',
      summary: 'what they named in requirements: a task, or anything; or the message that waits, such as msg-007',
      required: true,
      variadic: true,
    },
  ],
  options: [AS_OPTION, { flags: '--details <text>', summary: 'say more about it; - reads stdin' }],
  examples: [
    { command: 'comms ready task-2 --as gpt', does: 'Tell everybody whose dependency or blocker names task-2' },
    { command: 'comms ready msg-004 --as gpt --details "Merged as 4f2a91c"', does: 'Tell who sent msg-004, and complete it' },
    { command: 'comms ready "login API" docs --as gpt', does: 'Two things at once' },
  ],
  notes: [
    'Each agent that waits gets one RESPONSE "… is ready" with the context ready=true, in reference to its COORDINATION\nmessages of kind dependency or blocker. Your copies of these are completed, unless they wait for something else, too.\nWhere nobody waits, it says so and ends with 0.',
  ],
};

export const run: Run = async (invocation) => {
  const { args, identity, open, notice } = invocation;
  const agent = identity();
  const details = await textOrStdin(invocation, 'details');
  const comms = await open();
  const ready = [];
  for (const given of args) {
    // A plain number may be the name of a task, and a name means itself first.
    const whole = await comms.ready({ agent, what: given, ...(details !== undefined && { details }) });
    const id = messageId(given);
    const readied =
      whole.answers.length > 0 || id === given ? whole : await comms.ready({ agent, what: id, ...(details !== undefined && { details }) });
    if (readied.answers.length === 0) notice(`Nobody waits for ${quote(readied.what)}.`);
    ready.push(readied);
  }
  const answers = ready.flatMap(({ what, answers: some }) => some.map((answer) => ({ what, ...answer })));
  const failed = answers.find(({ error }) => error !== undefined)?.error;
  return {
    data: { ready: ready.map(({ what, answers: some, taskDone }) => ({ what, task_done: taskDone, answers: some.map(dataOf) })) },
    text: answers.flatMap(({ what, ...answer }) => linesOf(what, answer)).join('\n'),
    brief: answers.flatMap(({ sent }) => (sent ? [sent.message.id] : [])).join('\n'),
    warnings: answers.flatMap(({ sent }) => sent?.warnings ?? []),
    ...(failed && { exit: EXIT_BY_CODE[failed.code] }),
  };
};

function dataOf({ waiter, originals, sent, completed, left, error }: ReadyAnswer) {
  const told = sent && { message: sent.message, deliveries: sent.deliveries };
  return { waiter, originals, completed, left, ...told, ...(error && { error }) };
}

function linesOf(what: string, { waiter, originals, sent, completed, left, error }: ReadyAnswer): string[] {
  const ids = originals.map((id) => visible(id)).join(', ');
  const done = completed.length === 0 ? '' : ` Completed ${completed.map((id) => visible(id)).join(', ')}.`;
  if (error) return [`${visible(waiter)} could not be told that ${visible(what)} is ready: ${visible(error.message)}`];
  const told = sent
    ? `Told ${visible(waiter)} that ${visible(what)} is ready (${sent.message.id}, on ${ids}).`
    : `${visible(waiter)} was told before (on ${ids}).`;
  return [`${told}${done}`, ...left.map(({ message }) => `  Not completed: ${visible(message)}`)];
}
