import { CommsError } from '../../errors.ts';
import type { Conflict } from '../../orchestrator/conflicts/conflict.ts';
import type { CheckContext, Mode, Verdict } from '../../orchestrator/verdict.ts';

/** How a message that no rule refuses goes on. */
export interface Route {
  mode: Mode;
  /** Why it waits for a decision instead of being delivered. */
  hold?: string;
  conflicts: Conflict[];
  verdicts: Verdict[];
  phase?: CheckContext['phase'];
  task?: CheckContext['task'];
}

/** A message that some rule refused: what was known of it, for the log. */
export class Refusal extends CommsError {
  readonly route: Route;

  constructor(route: Route, because: Verdict[]) {
    const [first, ...others] = because;
    const more = others.map(({ reason }) => reason).join(' ');
    super(first?.code ?? 'REFUSED', [first?.reason ?? 'The message is refused.', more].join(' ').trim(), {
      hint: first?.hint,
      details: { ...first?.details, verdicts: because },
    });
    this.route = route;
  }
}
