import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, asHolder, ID_ARGUMENT, nameOf, TOKEN_OPTION, textOrStdin } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'done',
  summary: 'finish a message',
  arguments: [ID_ARGUMENT],
  options: [AS_OPTION, { flags: '--result <text>', summary: 'tell the sender what came of it; - reads stdin' }, TOKEN_OPTION],
  examples: [
    { command: 'comms done msg-007 --as gpt --result "Fixed in 0123abc"', does: 'Finish msg-007, and say how' },
    { command: 'npm test 2>&1 | tail -5 | comms done 7 --as gpt --result -', does: 'Give the end of the tests as the result' },
  ],
  notes: ['A message of your own inbox can be finished without claiming it.'],
};

export const run: Run = async (invocation) => {
  invocation.identity();
  const result = await textOrStdin(invocation, 'result');
  const message = await asHolder(invocation, (comms, holder) => comms.complete({ ...holder, ...(result !== undefined && { result }) }));
  return { data: { message }, text: `Completed ${nameOf(message)}.`, brief: message.id };
};
