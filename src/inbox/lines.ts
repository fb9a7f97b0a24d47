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

/** How many line breaks a text holds. */
export function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
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
