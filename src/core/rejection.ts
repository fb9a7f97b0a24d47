/** Thrown by a handler of messages: the message goes to the dead letters without another attempt. */
export class Rejection extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Rejection';
  }
}
