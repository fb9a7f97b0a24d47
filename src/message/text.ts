/**
 * Control characters (C0, C1, DEL), separators of lines and paragraphs, whatever is drawn as nothing or turns the
 * direction of the text round (zero-width, bidirectional, tags), and halves of surrogate pairs. Not the variation
 * selectors that emoji are written with.
 */
const INVISIBLE = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\p{Cs}]/u;
const EVERY_INVISIBLE = new RegExp(`\r\n|${INVISIBLE.source}`, 'gu');

/**
 * Untrusted text, safe to print: escape sequences could move the cursor, set the clipboard or hide text; shown as
 * `\x1b` or `\u202e` they do nothing. Newlines (a CRLF as one) and tabs stay where `newlines` says so.
 */
export function visible(text: string, { newlines = false }: { newlines?: boolean } = {}): string {
  if (!INVISIBLE.test(text)) return text;
  return text.replace(EVERY_INVISIBLE, (found) => {
    if (!newlines) return Array.from(found, escaped).join('');
    if (found === '\r\n') return '\n';
    return found === '\n' || found === '\t' ? found : escaped(found);
  });
}

/** What is none of the common characters that are harmless: found fast, since no property of characters is looked up for it. */
const SUSPECT =
  /[^\n\t -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/;
const OUR_COLOURS = /(\u001b\[\d{1,3}m)/;

/**
 * A whole output of ours, as the last thing before it is printed: whatever was overlooked in it is made visible. Costs next
 * to nothing for a text that is as it should be. Colours stay where `colours` says that we made some.
 */
export function harmless(text: string, { colours = false }: { colours?: boolean } = {}): string {
  if (!SUSPECT.test(text)) return text;
  if (!colours) return visible(text, { newlines: true });
  return text
    .split(OUR_COLOURS)
    .map((part, n) => (n % 2 === 1 ? part : visible(part, { newlines: true })))
    .join('');
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return NAMED[character] ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
}

/** Untrusted text within a sentence: as JSON, at most `max` characters of it, safe to print. */
export function quote(text: string, max = 60): string {
  return visible(JSON.stringify(shorten(text, max)));
}

/** The first line with something on it, trimmed, at most `max` characters long; empty where there is none. */
export function firstLine(text: string, max: number): string {
  const line = /\S[^\r\n\u2028\u2029]*/.exec(text)?.[0] ?? '';
  return shorten(line.trimEnd(), max);
}

/** At most `max` characters, the last of which says that there were more. Splits no character in two. */
function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text.slice(0, 2 * max + 2));
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text;
}
