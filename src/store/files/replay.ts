import { hashOf } from '../../message/hash.ts';
import type { Message } from '../../message/message.ts';
import { uidOf } from '../../message/uid.ts';
import type { Copy } from '../store.ts';
import type { Step } from './journal.ts';
import { isShared } from './layout.ts';
import { append, copiesOf, parsed, type Sheet, take, update } from './sheet.ts';

/**
 * Does the steps of one file of an intent that was cut off. What has been done already is left alone, so that a replay
 * that is itself cut off can be replayed.
 */
export function replaySteps(sheet: Sheet, steps: readonly Step[]): Sheet {
  return steps.reduce((now, step) => (step.step === 'put' ? replayPut(now, step) : replayTake(now, step)), sheet);
}

function replayPut(sheet: Sheet, { message, section }: { message: Message; section: Copy['section'] }): Sheet {
  const understood = parsed(sheet);
  // The copies of one message share its uid, and lie side by side where several inboxes share a file.
  const isIt = ({ inbox }: Copy) => !isShared(sheet.kind) || inbox === message.recipient;
  const there = copiesOf(understood).find((copy) => uidOf(copy.message) === uidOf(message) && isIt(copy));
  if (!there) return append(understood, section, message);
  return hashOf(there.message) === hashOf(message) && there.section === section ? sheet : update(understood, there, message);
}

function replayTake(sheet: Sheet, { uid, inbox, section, left = 0 }: Extract<Step, { step: 'take' }>): Sheet {
  const understood = parsed(sheet);
  const isIt = (copy: Copy) => inbox === undefined || copy.inbox === inbox;
  const found = copiesOf(understood).filter((copy) => uidOf(copy.message) === uid && isIt(copy));
  if (found.length <= left) return sheet;
  const there = found.find((copy) => copy.section === section) ?? found[0];
  return there ? take(understood, there) : sheet;
}
