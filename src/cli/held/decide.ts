import type { Comms } from '../../core/api.ts';
import type { Decided } from '../../core/requests.ts';
import { CommsError } from '../../errors.ts';
import { visible } from '../../message/text.ts';
import type { ArgumentSpec, Invocation, OptionSpec, Outcome } from '../command.ts';
import { identityIfAny, withMessageId } from '../holder.ts';

export const HELD_ARGUMENT: ArgumentSpec = {
  name: 'id',
  summary: 'the messages, such as msg-007; 7 will do',
  required: true,
  variadic: true,
  completes: 'held',
};
export const DECIDER_OPTION: OptionSpec = {
  flags: '--as <agent>',
  summary: 'decide as this agent (default: COMMS_AGENT, else as a person)',
  completes: 'agent',
};

interface Failure {
  id: string;
  error: CommsError;
}

/**
 * Decides over each message by itself, and tells of each what came of it. Of a single one the error is the command's; of
 * several the exit status is that of the first that failed. @throws the first failure where nothing was decided
 */
export async function decideAll(
  invocation: Invocation,
  name: Decided['decision'],
  act: (comms: Comms, request: { id: string; by?: string }) => Promise<Decided>,
): Promise<Outcome> {
  const { args, open, notice } = invocation;
  const by = identityIfAny(invocation);
  const comms = await open();
  const given = [...new Set(args)];
  const decided: Decided[] = [];
  const failed: Failure[] = [];
  for (const one of given) {
    try {
      decided.push(await withMessageId(one, (id) => act(comms, { id, ...(by !== undefined && { by }) })));
    } catch (error) {
      if (!(error instanceof CommsError) || given.length === 1) throw error;
      failed.push({ id: one, error });
    }
  }
  const [first, ...others] = failed;
  const isNone = decided.length === 0;
  for (const { error } of isNone ? others : failed) notice(`${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`);
  if (first && isNone) throw allFailed(first.error, failed);
  return {
    data: {
      [name]: decided.map(({ message, copies }) => ({ id: message.id, recipients: copies.map(({ inbox }) => inbox) })),
      failed: failed.map(said),
    },
    text: decided.map((one) => lineOf(one, invocation)).join('\n'),
    brief: decided.map(({ message }) => message.id).join('\n'),
    warnings: decided.flatMap(({ warnings }) => warnings),
    ...(first && { exit: first.error.exitCode }),
  };
}

/** Where nothing was decided the first failure is the command's own, as it is of a single message. */
function allFailed({ code, message, hint, details }: CommsError, failed: readonly Failure[]): CommsError {
  return new CommsError(code, message, { ...(hint !== undefined && { hint }), details: { ...details, failed: failed.map(said) } });
}

function said({ id, error: { code, message } }: Failure): { id: string; code: string; message: string } {
  return { id, code, message };
}

function lineOf({ decision, message, copies }: Decided, { style }: Invocation): string {
  const to = copies.map(({ inbox }) => visible(inbox)).join(', ');
  const told = decision === 'released' ? '' : `; ${visible(message.sender)} is told why`;
  return `${style.id(visible(message.id))}  ${decision === 'released' ? `released to ${to}` : `rejected, and not for ${to}`}${told}`;
}
