/** What a simulated agent tells of itself, as it happens. Times are ms since the epoch, with fractions. */
export type Told =
  | { told: 'ready' }
  /** The send was acknowledged. It began at `at` and took `ms`. */
  | { told: 'sent'; uid: string; id: string; subject: string; at: number; ms: number }
  | { told: 'claimed'; uid: string; id: string; at: number }
  | { told: 'completed'; uid: string; id: string; at: number }
  | { told: 'error'; code: string; message: string }
  /** Everything was sent; what comes is still worked on. */
  | { told: 'sent all' };

/** What all agents told, by kind. */
export interface Records {
  sent: Extract<Told, { told: 'sent' }>[];
  claimed: Extract<Told, { told: 'claimed' }>[];
  completed: Extract<Told, { told: 'completed' }>[];
  errors: Extract<Told, { told: 'error' }>[];
}

export function noRecords(): Records {
  return { sent: [], claimed: [], completed: [], errors: [] };
}

export function keep(records: Records, told: Told): void {
  if (told.told === 'sent') records.sent.push(told);
  else if (told.told === 'claimed') records.claimed.push(told);
  else if (told.told === 'completed') records.completed.push(told);
  else if (told.told === 'error') records.errors.push(told);
}
