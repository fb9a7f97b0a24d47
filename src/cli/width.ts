// Marks that stand on the letter before them, joiners, and what is not drawn at all.
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u200b-\u200f]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** First and last code points that East Asian Width calls wide or full-width. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

const STYLE = /\u001b\[[\d;]*m/g;

/** How many columns a terminal gives to a line of text. Colours count for nothing. */
export function displayWidth(text: string): number {
  let width = 0;
  let joined = false;
  for (const character of text.replace(STYLE, '')) {
    // What a zero-width joiner adds is drawn into the sign before it.
    if (!joined) width += widthOf(character);
    joined = character === '\u200d';
  }
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return 1;
  if (ZERO.test(character)) return 0;
  return EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
