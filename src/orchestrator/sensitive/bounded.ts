import { CommsError } from '../../errors.ts';
import { TookTooLong, withinTime } from '../../message/within-time.ts';

/** Far more than a pattern needs that reads a message once or some times over, on a busy machine as well. */
const MAX_MS = 1_000;

/**
 * Does `act`, which matches a pattern of config.json, within a second of time: a pattern with nested repetitions could take
 * years over a message.
 * @param place The pattern's JSON pointer into config.json.
 * @throws INVALID_CONFIG when the time is over
 */
export function bounded<T>(place: string, act: () => T, maxMs = MAX_MS): T {
  try {
    return withinTime(maxMs, act);
  } catch (cause) {
    throw cause instanceof TookTooLong ? tooSlow(place, maxMs, cause) : cause;
  }
}

function tooSlow(place: string, maxMs: number, cause: unknown): CommsError {
  const message = `${place}: the pattern takes more than ${maxMs} ms for one message`;
  return new CommsError('INVALID_CONFIG', `config.json is not valid: ${message}.`, {
    hint: 'Write it without a repetition inside a repetition, such as (a+)+ or (\\w+\\s?)*. Until then, nothing that it takes so long for is sent.',
    details: { file: 'config.json', problems: [{ severity: 'error', code: 'SLOW_PATTERN', path: place, message }] },
    cause,
  });
}
