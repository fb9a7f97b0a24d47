/**
 * What somebody else wrote may hold escape sequences that move the cursor, set the clipboard or hide text; shown as
 * what they are, they do nothing. Control characters, the bidirectional ones, zero-width ones and line separators.
 */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/u;
const EVERY_INVISIBLE = new RegExp(INVISIBLE.source, 'gu');

/** Untrusted text, safe to print. Newlines and tabs stay where `newlines` says so. */
export function visible(text: string, { newlines = false }: { newlines?: boolean } = {}): string {
  if (!INVISIBLE.test(text)) return text;
  return text.replace(EVERY_INVISIBLE, (character) => {
    if (newlines && (character === '\n' || character === '\t')) return character;
    const code = character.charCodeAt(0);
    if (newlines && character === '\r') return '';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The first line with something on it, at most `max` characters long. */
export function firstLine(text: string, max: number): string {
  const line = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
