import type { Called, CopyState, Said, Sent } from './protocol.ts';

/** What all processes together were told, and what those that died may have done without being told. */
export interface Ledger {
  /** By key; `id` where it was acknowledged. */
  sends: Map<string, Sent & { id?: string }>;
  /** By inbox and id: the state that was acknowledged last. */
  copies: Map<string, string>;
  /** Calls of killed processes that were not acknowledged, since the last look. */
  open: Called[];
  /** Which message an id was given to, by uid: for ever. */
  ids: Map<string, string>;
}

export function createLedger(): Ledger {
  return { sends: new Map(), copies: new Map(), open: [], ids: new Map() };
}

export function copyName({ inbox, id }: Pick<CopyState, 'inbox' | 'id'>): string {
  return `${inbox} ${id}`;
}

/** Takes down what one process said, which has ended. */
export function takeDown(ledger: Ledger, said: readonly Said[]): void {
  const calls = new Map<number, Called>();
  for (const line of said) {
    if ('call' in line) {
      calls.set(line.call, line);
      if (line.send) ledger.sends.set(line.send.key, line.send);
    }
    if ('ack' in line) {
      const { send } = calls.get(line.ack) ?? {};
      calls.delete(line.ack);
      // The recipient, who is another process, may have been told of a later state.
      for (const copy of line.copies) if (!send || !ledger.copies.has(copyName(copy))) ledger.copies.set(copyName(copy), copy.state);
      const id = line.copies[0]?.id;
      if (send && id !== undefined) ledger.sends.set(send.key, { ...send, id });
    }
  }
  ledger.open.push(...calls.values());
}

/** Whether a copy that was acknowledged in one state may be found in another: only by the call of a process that died over it. */
export function mayBe(ledger: Ledger, name: string, known: string, found: string): boolean {
  if (known === found) return true;
  const calls = ledger.open.filter(({ inbox, id }) => name === `${inbox} ${id}` || (id === undefined && name.startsWith(`${inbox} `)));
  return calls.some(({ verb }) => follows(verb, known, found));
}

function follows(verb: Called['verb'], known: string, found: string): boolean {
  const [status, attempts = '0'] = known.split('/');
  if (verb === 'claim') return status === 'PENDING' && found.startsWith(`IN_PROGRESS/${Number(attempts) + 1}/`);
  if (verb === 'complete') return (status === 'IN_PROGRESS' || status === 'PENDING') && found === 'COMPLETED';
  if (verb === 'archive') return status === 'COMPLETED' && found === 'archived';
  if (verb === 'fail') return status === 'IN_PROGRESS' && found === (Number(attempts) >= 3 ? 'dead' : `PENDING/${attempts}`);
  return false;
}
