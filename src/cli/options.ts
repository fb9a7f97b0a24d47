/** What the command line said, read by the long name of the option: `options.text('details-file')`. */
export class Options {
  readonly #values: ReadonlyMap<string, unknown>;

  /** `values` has an entry for every option that the command declares, undefined where it was not given. */
  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** What was given for an option that repeats; empty where it was not given. */
  list(name: string): string[] {
    const value = this.#get(name);
    return Array.isArray(value) ? value.map(String) : [];
  }

  flag(name: string): boolean {
    return this.#get(name) === true;
  }

  /** For `--x` with `--no-x`: undefined where neither was given. */
  choice(name: string): boolean | undefined {
    const value = this.#get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** An integer, or the ms of a duration. */
  number(name: string): number | undefined {
    const value = this.#get(name);
    return typeof value === 'number' ? value : undefined;
  }

  /** Whether the command has such an option at all. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  #get(name: string): unknown {
    // A misspelt name would read as "not given" for ever.
    if (!this.#values.has(name)) throw new Error(`the command declares no option --${name}`);
    return this.#values.get(name);
  }
}
