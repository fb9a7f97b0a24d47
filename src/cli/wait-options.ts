import type { SendOptions } from '../core/requests.ts';
import type { Invocation, OptionSpec } from './command.ts';

/** For commands that send, where the workspace limits how much may be sent. */
export const WAIT_OPTIONS: OptionSpec[] = [
  { flags: '--wait', summary: 'where a rate limit refuses it, wait and send it then' },
  { flags: '--wait-timeout <duration>', summary: 'wait at most so long (implies --wait; default: as long as it takes)', value: 'duration' },
];

/** What was said of waiting; people are told what is waited for. */
export function waitFrom(invocation: Invocation): SendOptions {
  const { options, signal } = invocation;
  const timeoutMs = options.number('wait-timeout');
  if (!options.flag('wait') && timeoutMs === undefined) return {};
  return {
    waitMs: timeoutMs ?? Number.POSITIVE_INFINITY,
    signal,
    onWait: ({ details }) => invocation.notice(`The rate limit of ${details?.limit} is reached; waiting until ${details?.retry_at}.`),
  };
}
