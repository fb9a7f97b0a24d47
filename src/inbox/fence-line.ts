import { trimmed } from './lines.ts';

/** A line that opens or closes a fence. */
export interface FenceLine {
  char: '`' | '~';
  size: number;
  /** What follows the fence; empty for a line that may close one. */
  info: string;
  /** Offsets of the line, with its line break. */
  start: number;
  end: number;
  /** 1-based. */
  line: number;
}

/** Reads a fence off a line without its indentation and the white space at its end; undefined where it is none. */
export function fenceOf(content: string): Pick<FenceLine, 'char' | 'size' | 'info'> | undefined {
  const char = content.startsWith('```') ? '`' : content.startsWith('~~~') ? '~' : undefined;
  if (!char) return undefined;
  let size = 3;
  while (content[size] === char) size += 1;
  const info = trimmed(content, size, content.length);
  // Otherwise "```x``` is inline code" would open a fence.
  if (char === '`' && info.includes('`')) return undefined;
  return { char, size, info };
}

/** "json" or "jsonc", where the fence announces one of them. */
export function jsonDialectOf(info: string): 'json' | 'jsonc' | undefined {
  const word = /^[^\s{]+/.exec(info.slice(0, 64))?.[0].toLowerCase();
  return word === 'json' || word === 'jsonc' ? word : undefined;
}
