import type { FinalCopy, Operation } from './history.ts';
import type { Lease } from './leases.ts';

/** What the rules know of one message, and where they report what they find. */
export interface About {
  id: string;
  operations: readonly Operation[];
  leases: readonly Lease[];
  /** The sweeps that ended a lease on it. */
  sweeps: readonly Operation[];
  copies: readonly FinalCopy[];
  maxAttempts: number;
  words: Words;
  report: Report;
}

export type Report = (rule: string, message: string) => void;

/** Says operations and leases so that a person can follow them. */
export interface Words {
  operation(operation: Operation): string;
  lease(lease: Lease): string;
  at(ms: number): string;
}

/** Times are told from the first call on. */
export function createWords(operations: readonly Operation[]): Words {
  const start = operations.reduce((least, { call }) => Math.min(least, call), Number.POSITIVE_INFINITY);
  const at = (ms: number) => (Number.isFinite(ms) ? `${((ms - start) / 1000).toFixed(4)} s` : 'the end');
  return {
    at,
    operation({ client, verb, call, return: returned, request, error }) {
      const who = request.agent === undefined ? client : `${client} as ${request.agent}`;
      const with_ = request.token === undefined ? '' : ` with token ${short(request.token)}`;
      const outcome = returned === undefined ? 'never answered' : `answered at ${at(returned)}`;
      return `${verb} by ${who}${with_}, called at ${at(call)}, ${outcome}${error === undefined ? '' : ` with ${error}`}`;
    },
    lease({ claim, agent, token, attempts, from, until }) {
      return `${claim.client} as ${agent} (token ${short(token)}, attempt ${attempts}) from ${at(from)} to ${at(until)}`;
    },
  };
}

function short(token: string): string {
  return token.length > 8 ? `…${token.slice(-8)}` : token;
}
