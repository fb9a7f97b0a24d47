/** Thrown by a handler of messages: the message is given back with its attempt, and passed over for a while. */
export class Postponement extends Error {
  /** In ms from when it is given back. */
  readonly delayMs: number;

  constructor(message: string, { delayMs, cause }: { delayMs: number; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Postponement';
    this.delayMs = delayMs;
  }
}
