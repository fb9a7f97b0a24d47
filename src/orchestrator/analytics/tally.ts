/** Counts by name. Names come from messages that anybody wrote, so that no plain object will do. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((a, b) => a + b, 0);
  }

  names(): string[] {
    return [...this.#counts.keys()];
  }

  /** The greatest first, names in their order where counts are the same. */
  toRecord(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a, x], [b, y]) => y - x || byName(a, b)));
  }
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What somebody wrote where a name belongs. */
export function nameOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : '?';
}

/** A share, rounded to four digits; null where there is nothing to take it of. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
