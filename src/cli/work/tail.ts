/** The end of a stream of bytes. */
export interface Tail {
  add(bytes: Buffer): void;
  /** Trimmed; it begins with "…" where more came before. */
  text(): string;
}

/** Keeps the last `max` bytes. A character that is cut in two at the beginning is left out. */
export function createTail(max: number): Tail {
  let kept: Buffer[] = [];
  let length = 0;
  let cut = false;
  return {
    add(bytes) {
      kept.push(bytes);
      length += bytes.length;
      // Not with each piece: a program may write byte by byte.
      if (length < 2 * max) return;
      kept = [Buffer.concat(kept).subarray(-max)];
      length = max;
      cut = true;
    },
    text() {
      const all = Buffer.concat(kept);
      if (all.length <= max && !cut) return all.toString('utf8').trim();
      return `…${fromCharacter(all.subarray(-max)).toString('utf8').trim()}`;
    },
  };
}

/** UTF-8 goes on with bytes 10xxxxxx, of which a character has three at most. */
function fromCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
