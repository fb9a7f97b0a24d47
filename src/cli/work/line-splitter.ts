import { StringDecoder } from 'node:string_decoder';

/** A line without an end is told in pieces of this many characters. */
const LONGEST_LINE = 4096;

/** Tells of each line of a stream of bytes, without its end. */
export function createLineSplitter(onLine: (line: string) => void): { add(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) onLine(rest.slice(0, LONGEST_LINE));
  };
  return {
    add: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
