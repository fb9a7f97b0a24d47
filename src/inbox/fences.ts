import { type FenceLine, jsonDialectOf } from './fence-line.ts';

/** A json fence with the text that it holds. Offsets into the file. */
export interface JsonFence {
  kind: 'fence';
  start: number;
  /** 1-based line of the opening fence. */
  line: number;
  dialect: 'json' | 'jsonc';
  /** How many headings stand before it. */
  headings: number;
  jsonStart: number;
  jsonEnd: number;
  end: number;
  closed: boolean;
  /** The JSON, where it was parsed on the way. */
  read?: { json: string; value: unknown };
}

export interface ConflictMarker {
  kind: 'marker';
  line: number;
  char: string;
}

/** A heading outside of fences. Offsets into the file, `end` with the line break; `text` one character a byte. */
export interface Heading {
  start: number;
  end: number;
  level: number;
  text: string;
}

interface OpenFence {
  start: number;
  size: number;
  /** How much was found before it: what is found inside is dropped when it really closes. */
  found: number;
  headings: number;
  /** Stays open below a heading: "## …" is a comment in a fence that announces its language. */
  spans: boolean;
}

/**
 * Follows fences from line to line, and collects the json fences that stand in no other. Nothing is swallowed: another
 * fence hides what is in it only when it really closes, so what is found in an open one is kept until then, and a heading
 * or a json fence ends it. Each line costs amortised constant time, because fences of one kind stand on their stack from the
 * longest to the shortest.
 */
export class Fences {
  readonly found: (JsonFence | ConflictMarker)[] = [];
  readonly headings: Heading[] = [];
  readonly #open: Record<FenceLine['char'], OpenFence[]> = { '`': [], '~': [] };
  #json: { fence: JsonFence; char: FenceLine['char']; size: number } | undefined;

  /** Whether a line may be inside a fence. */
  get inside(): boolean {
    return this.#json !== undefined || this.#open['`'].length > 0 || this.#open['~'].length > 0;
  }

  /** The json fence that is open, where it stands in no other. */
  get openJson(): JsonFence | undefined {
    return this.#open['`'].length + this.#open['~'].length === 0 ? this.#json?.fence : undefined;
  }

  /** A line that is a fence. */
  meet(line: FenceLine): void {
    if (line.info === '') this.#meetBare(line);
    else this.#meetOpening(line);
  }

  /** A heading; one that ends what is open, where `ends` says so. */
  meetHeading(heading: Heading, ends: boolean): void {
    if (ends && this.inside) {
      this.#endJson(heading.start, heading.start, false);
      this.#open['`'] = this.#open['`'].filter(({ spans }) => spans);
      this.#open['~'] = [];
    }
    // Inside JSON it is a part of the block, and cannot belong to the next one.
    if (!this.#json) this.headings.push(heading);
  }

  /** The open json fence ends with a line from `jsonEnd` to `end`. */
  closeJson(jsonEnd: number, end: number): void {
    this.#endJson(jsonEnd, end, true);
  }

  /** The end of the file. */
  end(at: number): void {
    this.#endJson(at, at, false);
  }

  #meetBare(line: FenceLine): void {
    const closed = this.#popUpTo(line);
    if (closed) this.#forgetSince(closed, line.char);
    else if (!this.#json) this.#push(line);
    else if (this.#json.char === line.char && this.#json.size <= line.size) this.#endJson(line.start, line.end, true);
  }

  #meetOpening(line: FenceLine): void {
    this.#endJson(line.start, line.start, false);
    // Somebody forgot to close these: a fence cannot hold one of its own kind and size.
    this.#popUpTo(line);
    const dialect = jsonDialectOf(line.info);
    if (!dialect) {
      this.#push(line);
      return;
    }
    const ticks = this.#open['`'];
    if (ticks.at(-1)?.size === 3) ticks.pop();
    const { start, end } = line;
    const fence: JsonFence = {
      kind: 'fence',
      start,
      line: line.line,
      dialect,
      headings: this.headings.length,
      jsonStart: end,
      jsonEnd: end,
      end,
      closed: false,
    };
    this.#json = { fence, char: line.char, size: line.size };
    this.found.push(fence);
  }

  #push({ char, start, size, info }: FenceLine): void {
    const spans = char === '`' && size === 3 && info !== '';
    this.#open[char].push({ start, size, found: this.found.length, headings: this.headings.length, spans });
  }

  /** Takes away the open fences that this line could close; returns the outermost of them. */
  #popUpTo({ char, size }: FenceLine): OpenFence | undefined {
    const stack = this.#open[char];
    let outermost: OpenFence | undefined;
    for (let top = stack.at(-1); top && top.size <= size; top = stack.at(-1)) outermost = stack.pop();
    return outermost;
  }

  #forgetSince({ start, found, headings }: OpenFence, char: FenceLine['char']): void {
    this.found.length = found;
    this.headings.length = headings;
    this.#json = undefined;
    const others = this.#open[char === '`' ? '~' : '`'];
    for (let top = others.at(-1); top && top.start > start; top = others.at(-1)) others.pop();
  }

  #endJson(jsonEnd: number, end: number, closed: boolean): void {
    if (!this.#json) return;
    const { fence } = this.#json;
    fence.jsonEnd = jsonEnd;
    fence.end = end;
    fence.closed = closed;
    this.#json = undefined;
  }
}
