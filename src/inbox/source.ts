import { isAscii, isUtf8 } from 'node:buffer';

/**
 * A file that is scanned a byte at a time and decoded a slice at a time, so that any bytes at all are kept. `text` has one
 * character for each byte (latin1): fences, headings and line breaks are ASCII.
 */
export interface Source {
  readonly bytes: Buffer;
  readonly text: string;
  readonly ascii: boolean;
  readonly utf8: boolean;
}

export function sourceOf(bytes: Buffer): Source {
  const ascii = isAscii(bytes);
  return { bytes, text: bytes.toString('latin1'), ascii, utf8: ascii || isUtf8(bytes) };
}

/** The byte order mark as latin1. */
export const BOM = '\u00ef\u00bb\u00bf';

/** The text between two offsets, with replacement characters where it is not UTF-8. */
export function decode({ bytes, text, ascii }: Source, start: number, end: number): string {
  return ascii || isAscii(bytes.subarray(start, end)) ? text.slice(start, end) : bytes.toString('utf8', start, end);
}

export function isUtf8Between({ bytes, utf8 }: Source, start: number, end: number): boolean {
  return utf8 || isUtf8(bytes.subarray(start, end));
}

/** Text as one character a byte, which is what segments hold. */
export function toLatin1(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

export function fromLatin1(raw: string): string {
  return ASCII.test(raw) ? raw : Buffer.from(raw, 'latin1').toString('utf8');
}

const ASCII = /^[\x00-\x7f]*$/;
