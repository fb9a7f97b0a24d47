import { CommsError } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import type { CoreContext } from '../context.ts';
import { uncommitted } from './uncommitted.ts';

/** What git.autocommit should have committed and could not. None where it is off: then people commit when they like. */
export async function uncommittedProblems(ctx: CoreContext): Promise<Problem[]> {
  const why = ctx.autocommit?.resting();
  if (ctx.workspace.settings.autocommit === undefined || !ctx.store.capabilities.editable || why === undefined) return [];
  const waiting = await messagesWaiting(ctx);
  if (waiting === 0) return [];
  const what =
    waiting === undefined ? 'nothing' : `${waiting} ${waiting === 1 ? 'message is' : 'messages are'} in no commit, since nothing`;
  return [
    {
      severity: 'warning',
      code: 'NOT_COMMITTED',
      message: `${what} could be committed by itself: ${why.message.replace(/\.$/, '')}`,
      hint: 'Run "comms commit" when the cause is gone, or take git.autocommit out of config.json.',
    },
  ];
}

async function messagesWaiting(ctx: CoreContext): Promise<number | undefined> {
  try {
    return (await uncommitted(ctx)).messages;
  } catch (error) {
    if (error instanceof CommsError) return undefined;
    throw error;
  }
}
