import { type FinalCopy, groupBy, isAccepted, type Operation, type Recorded } from './history.ts';
import type { Report, Words } from './words.ts';

/** Nothing lost, nothing doubled, and no id for two messages. */
export function rulesOfSends({ operations, final }: Recorded, words: Words, report: Report): void {
  const sends = groupBy(
    operations.filter(({ verb }) => verb === 'send'),
    ({ request }) => request.key,
  );
  const stored = groupBy(final, ({ key }) => key);
  for (const [key, calls] of sends) ruleOfOneSend({ key, calls, copies: stored.get(key) ?? [] }, words, report);
  for (const { key, id, inbox } of final) {
    if (key === undefined || !sends.has(key)) report('nothing that nobody sent', `${id} lies in ${inbox}, and nobody sent it.`);
  }
  ruleOfIds({ operations, final }, report);
}

interface Sent {
  key: string;
  calls: readonly Operation[];
  copies: readonly FinalCopy[];
}

/** One message, and the calls that sent it: several with one key deliver once. */
function ruleOfOneSend({ key, calls, copies }: Sent, words: Words, report: Report): void {
  const acknowledged = calls.filter(isAccepted);
  const first = acknowledged[0];
  const ids = new Set(acknowledged.map(({ answer }) => answer.id));
  if (ids.size > 1) report('one id for one key', `The sends with key ${key} were answered with ${[...ids].join(' and ')}.`);
  if (copies.length > 1) {
    const where = copies.map(({ id, inbox, section }) => `${id} in ${inbox} (${section})`).join(', ');
    report('nothing doubled', `What was sent with key ${key} is there ${copies.length} times: ${where}.`);
  }
  if (!first) return;
  const copy = copies.find(({ id }) => id === first.answer.id);
  if (!copy) report('nothing lost', `${first.answer.id} was acknowledged and is not there: ${words.operation(first)}.`);
  else if (copy.inbox !== first.request.to) {
    report('nothing lost', `${copy.id} was sent to ${first.request.to} and lies in ${copy.inbox}: ${words.operation(first)}.`);
  }
}

function ruleOfIds({ operations, final }: Pick<Recorded, 'operations' | 'final'>, report: Report): void {
  const given = new Map<string, Set<string>>();
  const note = (id: string | undefined, key: string | undefined) => {
    if (id === undefined || key === undefined) return;
    given.set(id, (given.get(id) ?? new Set()).add(key));
  };
  for (const { verb, answer, request } of operations) if (verb === 'send') note(answer?.id, request.key);
  for (const { id, key } of final) note(id, key);
  for (const [id, keys] of given) {
    if (keys.size > 1) report('no id for two messages', `${id} was given to the messages with keys ${[...keys].join(' and ')}.`);
  }
}
