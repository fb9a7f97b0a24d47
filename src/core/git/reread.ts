import { type Block, parseInbox } from '../../inbox/inbox.ts';
import { commonEnd, commonStart } from './common-bytes.ts';

/** A block with where it stands in the bytes. */
export interface Placed {
  block: Block;
  start: number;
  end: number;
}

/** A file of messages with its blocks. */
export interface Reading {
  bytes: Buffer;
  placed: readonly Placed[];
  /** Nothing stands in it but text, headings and whole messages, so that no part reaches further than itself. */
  plain: boolean;
}

const NEWLINE = 10;
const TITLE = '# Inbox\n\n';
const ARCHIVE = `${TITLE}## Archived Messages\n\n`;

/** Understands a file. */
export function readWhole(bytes: Buffer): Reading {
  const { placed, texts } = partsOf(bytes);
  return { bytes, placed, plain: isPlain(placed, texts) };
}

/**
 * The same as {@link readWhole}, with a parse of only what differs from a version that is near: one message of hundreds, as
 * a rule. Of the blocks that it takes over the line numbers are those of the other version.
 */
export function readAgain(bytes: Buffer, near: Reading | undefined): Reading {
  return (near?.plain && readMiddle(bytes, near)) || readWhole(bytes);
}

/** Undefined where what changed may reach further than itself: a fence, another heading. */
function readMiddle(bytes: Buffer, { bytes: old, placed }: Reading): Reading | undefined {
  const same = commonStart(old, bytes);
  const sameFrom = old.length - commonEnd(old, bytes, Math.min(old.length, bytes.length) - same);
  const grown = bytes.length - old.length;
  const heads = placed.findLastIndex(({ end }) => end <= same && old[end - 1] === NEWLINE) + 1;
  const found = placed.findIndex(({ start }, n) => n >= heads && start > sameFrom && old[start - 1] === NEWLINE);
  const tails = found === -1 ? placed.length : found;
  const [from, to] = [placed[heads - 1]?.end ?? 0, placed[tails]?.start ?? old.length];

  const place = placed[heads - 1]?.block.place ?? 'active';
  const before = headingsIn(textsBetween(old, placed.slice(heads, tails), from, to));
  // How deep the archive is nested decides what ends it.
  if (place === 'archived' && before !== '') return undefined;
  const context = Buffer.from(heads === 0 ? '' : place === 'archived' ? ARCHIVE : TITLE);
  const middle = partsOf(Buffer.concat([context, bytes.subarray(from, to + grown)]));
  const after = headingsIn(middle.texts.join('\n'));
  if (!isPlain(middle.placed, middle.texts) || after !== headingsIn(context.toString()) + before) return undefined;
  return {
    bytes,
    placed: [...placed.slice(0, heads), ...middle.placed.map(movedBy(from - context.length)), ...placed.slice(tails).map(movedBy(grown))],
    plain: true,
  };
}

function partsOf(bytes: Buffer): { placed: Placed[]; texts: string[] } {
  const doc = parseInbox(bytes);
  const placed: Placed[] = [];
  const texts: string[] = [];
  let start = 0;
  for (const segment of doc.segments) {
    const end = start + segment.raw.length;
    if (segment.kind === 'text') texts.push(segment.raw);
    else placed.push({ block: segment, start, end });
    start = end;
  }
  return { placed, texts };
}

function isPlain(placed: readonly Placed[], texts: readonly string[]): boolean {
  return placed.every(({ block }) => block.kind === 'message' && !block.open) && !texts.some((text) => /`{3}|~{3}/.test(text));
}

function textsBetween(bytes: Buffer, placed: readonly Placed[], from: number, to: number): string {
  const cuts = [from, ...placed.flatMap(({ start, end }) => [start, end]), to];
  const texts = Array.from({ length: cuts.length / 2 }, (_, n) => bytes.toString('latin1', cuts[2 * n], cuts[2 * n + 1]));
  return texts.join('\n');
}

/** The lines that may be headings, each with a line break. */
function headingsIn(text: string): string {
  return [...text.matchAll(/^(?:\u00ef\u00bb\u00bf)? {0,3}#.*$/gm)].map(([line]) => `${line.trimEnd()}\n`).join('');
}

function movedBy(bytes: number): (one: Placed) => Placed {
  return ({ block, start, end }) => ({ block, start: start + bytes, end: end + bytes });
}
