import type { Answer, FinalCopy, Operation, Request, Verb } from './history.ts';

/** Histories made by hand, of one message of one or several clients. */

/** An operation of a client, called and returned at these times. */
export function op(
  client: string,
  verb: Verb,
  [call, returned]: [number, number?],
  request: Request,
  outcome: Answer | string = {},
): Operation {
  const ended = returned === undefined ? {} : typeof outcome === 'string' ? { error: outcome } : { answer: outcome };
  return { client, verb, call, return: returned, request: { agent: 'gpt', ...request }, ...ended };
}
export const send = (times: [number, number?], key = 'k1', id = 'msg-001') => op('a', 'send', times, { key, to: 'gpt' }, { id });
export const claim = (client: string, times: [number, number?], token: string, expires: number, attempts = 1, request: Request = {}) =>
  op(client, 'claim', times, request, { id: 'msg-001', token, expires, attempts, section: 'active' });
export const act = (
  client: string,
  verb: Verb,
  times: [number, number?],
  token: string | undefined,
  outcome: Answer | string = {},
  request: Request = {},
) => op(client, verb, times, { id: 'msg-001', token, ...request }, typeof outcome === 'string' ? outcome : { id: 'msg-001', ...outcome });
export const copy = (change: Partial<FinalCopy> = {}): FinalCopy => ({
  id: 'msg-001',
  inbox: 'gpt',
  section: 'active',
  status: 'PENDING',
  attempts: 0,
  key: 'k1',
  ...change,
});
export const completed = copy({ status: 'COMPLETED', attempts: 1 });
