import { CommsError } from '../../errors.ts';
import { quote } from '../../message/text.ts';
import { expandBraces } from './braces.ts';
import { normalGlob } from './normal.ts';
import { meet } from './sequences.ts';

/**
 * Globs that files are reserved by. `*` and `?` stand for characters within one part of a path, `**` for any number of
 * parts, `{a,b}` for either; brackets stand for themselves (`app/[id]/page.tsx`), and so does a dot at the beginning. A
 * path without any of them is the file or, as a directory, all that is in it.
 *
 * Paths are compared without regard to case and in Unicode's NFC: on macOS and Windows `SRC/a` is the file `src/a`, and a
 * lease that holds there only for one way to write it would hold nothing.
 */
export interface Glob {
  /** Normalised, as it is stored. */
  text: string;
  alternatives: readonly (readonly Segment[])[];
}

/** A part of a path: DEPTH is any number of them. */
type Segment = typeof DEPTH | { literal: string } | { tokens: readonly Token[] };
type Token = string | typeof STAR | typeof ANY;
const DEPTH = Symbol('**');
const STAR = Symbol('*');
const ANY = Symbol('?');

/** Longer than any path that a file system takes. */
const LONGEST_PATH = 4_096;

/** A glob relative to the repository. @throws UNSAFE_PATH where it leads out of it, USAGE where it is none, or too much of one */
export function parseGlob(text: string): Glob {
  const known = parsed.get(text);
  if (known) return known;
  const normal = normalGlob(text);
  const glob = { text: normal, alternatives: expandBraces(normal).map((one) => alternativeOf(one, normal)) };
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(text, glob);
  return glob;
}

/** A long-lived process compares the same globs of plan and reservations with each message. */
const parsed = new Map<string, Glob>();
const MOST_KEPT = 2_000;

/** The glob that means one path, whatever characters are in it; as a directory, all that is in it. @throws USAGE */
export function literalGlob(path: string): Glob {
  return { text: path, alternatives: [[...literalSegments(path), DEPTH]] };
}

/** Whether a path, relative to the repository, is one that the glob means. @throws what `parseGlob` throws */
export function matches(glob: string | Glob, path: string): boolean {
  const segments = literalSegments(path);
  return globOf(glob).alternatives.some((alternative) => meet(alternative, segments, isDepth, areAlike));
}

/** Whether some path is one that both globs mean. @throws what `parseGlob` throws */
export function overlaps(a: string | Glob, b: string | Glob): boolean {
  const [first, second] = [globOf(a), globOf(b)];
  return first.alternatives.some((one) => second.alternatives.some((other) => meet(one, other, isDepth, areAlike)));
}

/**
 * Which globs meet a path that somebody wrote into a message, whatever it is: one that leads out of the repository meets
 * none, one that stands for too many paths to look at meets them all.
 */
export function meeter(path: string): (glob: Glob) => boolean {
  try {
    const own = parseGlob(path);
    return (glob) => overlaps(glob, own);
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    return () => error.code === 'USAGE';
  }
}

/** Those of some globs that are any. */
export function readableGlobs(texts: readonly string[]): Glob[] {
  return texts.flatMap((text) => {
    try {
      return parseGlob(text);
    } catch (error) {
      if (!(error instanceof CommsError)) throw error;
      return [];
    }
  });
}

/** The same for globs that are written alike, but for what does not count. */
export function globKey({ text }: Glob): string {
  return folded(text);
}

function globOf(glob: string | Glob): Glob {
  return typeof glob === 'string' ? parseGlob(glob) : glob;
}

function alternativeOf(text: string, glob: string): Segment[] {
  const parts = partsOf(text);
  if (parts.length === 0 || parts.includes('..')) {
    throw new CommsError(
      'USAGE',
      `${quote(glob)} is no path: one of what stands in its braces ${parts.length === 0 ? 'is empty' : 'has ..'}.`,
      {
        hint: 'Name a path in each of them, or use several globs.',
        details: { glob },
      },
    );
  }
  if (!/[*?]/.test(text)) return [...parts.map((part) => ({ literal: folded(part) })), DEPTH];
  const segments = parts.map((part) => (part === '**' ? DEPTH : segmentOf(part)));
  // `src/**` is what is in src, and not src itself.
  return segments.at(-1) === DEPTH ? [...segments, { tokens: [STAR] }] : segments;
}

function segmentOf(part: string): Segment {
  if (!/[*?]/.test(part)) return { literal: folded(part) };
  return {
    tokens: [...folded(part.replace(/\*+/g, '*'))].map((character) => (character === '*' ? STAR : character === '?' ? ANY : character)),
  };
}

function literalSegments(path: string): Segment[] {
  if (path.length > LONGEST_PATH)
    throw new CommsError('USAGE', `${quote(path)} is too long for a path.`, { hint: 'Name files of the repository.' });
  return partsOf(path.normalize('NFC')).map((part) => ({ literal: folded(part) }));
}

function partsOf(text: string): string[] {
  return text.split('/').filter((part) => part !== '' && part !== '.');
}

/** Each character for itself, so that a word at whose end a letter is written otherwise stays as long as it is. */
function folded(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from(text, foldedCharacter).join('');
}

function foldedCharacter(character: string): string {
  const upper = character.toUpperCase();
  const lower = (isOneCharacter(upper) ? upper : character).toLowerCase();
  return isOneCharacter(lower) ? lower : character;
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || Array.from(text).length === 1;
}

function isDepth(segment: Segment): boolean {
  return segment === DEPTH;
}

function areAlike(a: Segment, b: Segment): boolean {
  if (typeof a === 'symbol' || typeof b === 'symbol') return true;
  if ('literal' in a && 'literal' in b) return a.literal === b.literal;
  return meet(tokensOf(a), tokensOf(b), isStar, areAlikeTokens);
}

function tokensOf(segment: Exclude<Segment, symbol>): readonly Token[] {
  return 'literal' in segment ? Array.from(segment.literal) : segment.tokens;
}

function isStar(token: Token): boolean {
  return token === STAR;
}

function areAlikeTokens(a: Token, b: Token): boolean {
  return a === b || a === ANY || b === ANY;
}
