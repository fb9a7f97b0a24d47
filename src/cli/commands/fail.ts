import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, copyAsHolder, ID_ARGUMENT, nameOf, requireOptions, TOKEN_OPTION, textOrStdin, timeLeft } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'fail',
  summary: 'say that working on a message failed',
  arguments: [ID_ARGUMENT],
  options: [
    AS_OPTION,
    { flags: '--error <text>', summary: 'what went wrong; - reads stdin (required)' },
    { flags: '--reject', summary: 'allow no other attempt: it goes to the dead letters at once' },
    TOKEN_OPTION,
  ],
  examples: [
    { command: 'comms fail msg-007 --as gpt --error "The build is red"', does: 'Give msg-007 back after a failed attempt' },
    { command: 'tail -5 build.log | comms fail 7 --as gpt --error -', does: 'Give the end of a log as the error' },
    { command: 'comms fail 7 --as gpt --error "There is no such file" --reject', does: 'Say that another attempt makes no sense' },
  ],
  notes: [
    'The message waits for another attempt; after the last one (limits.max_attempts, 3) it goes to the dead letters.\nSee comms dead.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, workspace, identity, now } = invocation;
  if (!options.text('error')) requireOptions(spec, ['error']);
  identity();
  const reject = options.flag('reject');
  const error = (await textOrStdin(invocation, 'error')) ?? '';
  const { message, section } = await copyAsHolder(invocation, (comms, holder) => comms.fail({ ...holder, error, reject }));
  const attempt = `attempt ${message.delivery?.attempts ?? 1} of ${workspace().settings.maxAttempts}`;
  const wait = timeLeft(message.not_before, now());
  const then =
    section === 'dead' ? `${reject ? 'rejected' : 'that was the last'}; it is in the dead letters now` : `it is tried again after ${wait}`;
  return { data: { message }, text: `Failed ${nameOf(message)}, ${attempt}: ${then}.`, brief: message.id };
};
