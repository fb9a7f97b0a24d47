/** Where the last line between `floor` and `limit` that says something ends, its line break included. */
export function endOfContent(text: string, floor: number, limit: number, skips: (line: string, start: number) => boolean): number {
  let end = limit;
  while (end > floor) {
    const start = Math.max(floor, end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1);
    const line = text.slice(start, end);
    if (!isBlank(line) && !skips(line, start)) return end;
    end = start;
  }
  return floor;
}

export function isBlank(line: string): boolean {
  return /^[ \t\r\n]*$/.test(line);
}

/** A line across the page, such as `---`. */
export function isRule(line: string): boolean {
  return /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\r?\n?$/.test(line);
}

/** How many line breaks a text holds between two offsets. */
export function breaksIn(text: string, from = 0, to = text.length): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Length of the blank lines at the beginning of a text. */
export function leadingBlank(text: string): number {
  const first = text.search(/[^ \t\r\n]/);
  return first === -1 ? text.length : text.lastIndexOf('\n', first) + 1;
}

/** Length of the blank lines at the end of a text whose lines all end. */
export function trailingBlank(text: string): number {
  return text.length - endOfContent(text, 0, text.length, () => false);
}

/** The text from `start` to `end` without the white space around it; see {@link endOfText}. */
export function trimmed(text: string, start: number, end: number): string {
  let from = start;
  while (from < end && isWhiteSpace(text.charCodeAt(from))) from += 1;
  return text.slice(from, endOfText(text, from, end));
}

/**
 * Where the text from `start` to `end` ends but for white space. Of ASCII only: in latin1 the last byte of "à" would be a
 * no-break space to String.trimEnd.
 */
export function endOfText(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isWhiteSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isWhiteSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
