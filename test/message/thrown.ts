import { CommsError } from '../../src/errors.ts';

/** The CommsError that a call throws. */
export function thrownBy(call: () => unknown): CommsError {
  try {
    call();
  } catch (error) {
    if (error instanceof CommsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
