import { createContext, Script } from 'node:vm';

/** What was stopped because it took too long, or went deeper than the stack. */
export class TookTooLong extends Error {
  constructor(cause: unknown) {
    super('It took too long.', { cause });
    this.name = 'TookTooLong';
  }
}

/**
 * Does `act`, which must be synchronous, within so many ms. For what follows a pattern or schema that anybody may have
 * written: a repetition inside a repetition takes years over a line, and only node:vm can stop a match. It costs a thread
 * that keeps the time, well below 1 ms. @throws TookTooLong, and what `act` throws
 */
export function withinTime<T>(maxMs: number, act: () => T): T {
  let result: { value: T } | undefined;
  const run = () => {
    result = { value: act() };
  };
  try {
    new Script('run()').runInContext(createContext({ run }), { timeout: maxMs });
  } catch (cause) {
    if (cause instanceof RangeError || isTimeout(cause)) throw new TookTooLong(cause);
    throw cause;
  }
  if (!result) throw new Error('The script did not run.');
  return result.value;
}

/** It comes from the other context, whose Error is another. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
