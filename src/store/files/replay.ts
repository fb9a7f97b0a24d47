import type { Message } from '../../message/message.ts';
import { uidOf } from '../../message/uid.ts';
import type { Copy } from '../store.ts';
import type { Step } from './journal.ts';
import { append, copiesOf, parsed, type Sheet, take, update } from './sheet.ts';

/**
 * Does the steps of one file of an intent that was cut off. What has been done already is left alone, so that a replay
 * that is itself cut off can be replayed.
 */
export function replaySteps(sheet: Sheet, steps: readonly Step[]): Sheet {
  return steps.reduce((now, step) => (step.step === 'put' ? replayPut(now, step) : replayTake(now, step.uid)), sheet);
}

function replayPut(sheet: Sheet, { message, section }: { message: Message; section: Copy['section'] }): Sheet {
  const understood = parsed(sheet);
  const there = copiesOf(understood).find((copy) => uidOf(copy.message) === uidOf(message));
  if (!there) return append(understood, section, message);
  return there.message.status === message.status && there.section === section ? sheet : update(understood, there, message);
}

function replayTake(sheet: Sheet, uid: string): Sheet {
  const understood = parsed(sheet);
  const there = copiesOf(understood).find((copy) => uidOf(copy.message) === uid);
  return there ? take(understood, there) : sheet;
}
