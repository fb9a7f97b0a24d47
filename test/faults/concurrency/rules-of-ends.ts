import { isAccepted, isRefused, mayHaveHappened, type Operation, PASSING, returnOf } from './history.ts';
import { isBefore } from './leases.ts';
import type { About, Report, Words } from './words.ts';

/** Attempts never over the limit, and one final state for each message, which somebody was told of. */
export function rulesOfEnds(about: About): void {
  ruleOfAttempts(about);
  ruleOfCountedClaims(about);
  ruleOfCompletion(about);
  ruleOfDeath(about);
  ruleOfFinalState(about);
}

/** Every other error is one that no caller should meet. */
export function ruleOfErrors(operations: readonly Operation[], words: Words, report: Report): void {
  for (const operation of operations) {
    if (operation.error === undefined || isRefused(operation) || operation.error === PASSING) continue;
    report('no error without a cause', `${words.operation(operation)}.`);
  }
}

function ruleOfAttempts({ operations, copies, maxAttempts, words, report }: About): void {
  const over = operations.find(({ answer }) => (answer?.attempts ?? 0) > maxAttempts);
  if (over) report('attempts within the limit', `attempt ${over.answer?.attempts} of ${maxAttempts} was given: ${words.operation(over)}.`);
  const open = operations.find((operation) => operation.verb === 'fail' && isOpenAtLimit(operation.answer, maxAttempts));
  if (open) report('attempts within the limit', `its last attempt failed, and it is not dead: ${words.operation(open)}.`);
  const copy = copies.find(({ attempts }) => attempts > maxAttempts);
  if (copy) report('attempts within the limit', `it has ${copy.attempts} attempts, and the limit is ${maxAttempts}.`);
  const left = copies.find((one) => one.status === 'PENDING' && isOpenAtLimit(one, maxAttempts));
  if (left) report('attempts within the limit', `it still waits after all of its ${left.attempts} attempts.`);
}

function isOpenAtLimit(at: { section?: string; attempts?: number } | undefined, maxAttempts: number): boolean {
  return at?.section === 'active' && (at.attempts ?? 0) >= maxAttempts;
}

/** Also where the store forgot to count: the claims themselves are as many. */
function ruleOfCountedClaims({ operations, maxAttempts, report }: About): void {
  const claims = operations.filter(
    (operation) => operation.verb === 'claim' && operation.request.id === undefined && isAccepted(operation),
  );
  const back = operations.filter((operation) => operation.verb === 'release' && mayHaveHappened(operation));
  const redriven = operations.filter((operation) => operation.verb === 'redrive' && mayHaveHappened(operation));
  const most = maxAttempts * (1 + redriven.length) + back.length;
  if (claims.length <= most) return;
  const given = `${back.length} were given back, ${redriven.length} redrives`;
  report('attempts within the limit', `it was claimed ${claims.length} times, and the limit is ${maxAttempts} (${given}).`);
}

function ruleOfCompletion({ operations, copies, words, report }: About): void {
  const completions = operations.filter(({ verb }) => verb === 'complete');
  const [first, second] = completions.filter(isAccepted);
  if (first && second) report('completed once', `it was completed twice: ${words.operation(first)}; ${words.operation(second)}.`);
  const isCompleted = copies.some(({ status }) => status === 'COMPLETED');
  if (first && copies.length > 0 && !isCompleted) {
    const where = copies.map(({ section, status }) => `${status} (${section})`).join(', ');
    report('completed for good', `it was completed, and is ${where}: ${words.operation(first)}.`);
  }
  if (isCompleted && !completions.some(mayHaveHappened)) report('completed by a complete', 'it is COMPLETED, and nobody completed it.');
  const late = first && operations.find((operation) => isChange(operation) && operation !== first && isBefore(first, operation));
  if (late) report('completed for good', `it was changed after it was completed: ${words.operation(first)}; ${words.operation(late)}.`);
}

/** Another complete is told as one that was completed twice. */
function isChange(operation: Operation): boolean {
  return isAccepted(operation) && !['send', 'sweep', 'complete'].includes(operation.verb);
}

function ruleOfDeath({ operations, copies, maxAttempts, words, report }: About): void {
  const redrives = operations.filter((operation) => operation.verb === 'redrive' && mayHaveHappened(operation));
  for (const death of operations.filter((operation) => operation.answer?.section === 'dead' && operation.verb === 'fail')) {
    const isBack = (by: Operation) => redrives.some((redrive) => redrive.call <= returnOf(by) && !isBefore(redrive, death));
    const late = operations.find(
      (operation) => operation.verb === 'claim' && isAccepted(operation) && isBefore(death, operation) && !isBack(operation),
    );
    if (late) report('dead until it is redriven', `it was claimed after it was dead: ${words.operation(death)}; ${words.operation(late)}.`);
  }
  const isRejected = operations.some((operation) => operation.request.reject === true && mayHaveHappened(operation));
  for (const { section, attempts, deadReason } of copies) {
    if (section !== 'dead') continue;
    const isEarly = deadReason === 'failed' && attempts < maxAttempts;
    if (isEarly) report('dead at the limit', `it is dead after ${attempts} of ${maxAttempts} attempts.`);
    if (deadReason === 'rejected' && !isRejected) report('dead at the limit', 'it was rejected, and nobody rejected it.');
  }
}

/** All leases have run out by now, and a sweep has been. */
function ruleOfFinalState({ copies, report }: About): void {
  for (const { section, status, inbox } of copies) {
    const isFinal = section === 'active' ? status === 'PENDING' || status === 'COMPLETED' : section === 'dead' || status === 'COMPLETED';
    if (!isFinal) report('one final state', `it is ${status} in ${inbox} (${section}) after all leases have run out.`);
  }
  if (copies.length > 1)
    report(
      'one final state',
      `it has ${copies.length} copies: ${copies.map(({ section, status }) => `${status} (${section})`).join(', ')}.`,
    );
}
