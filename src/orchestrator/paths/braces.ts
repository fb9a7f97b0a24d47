import { CommsError } from '../../errors.ts';
import { quote } from '../../message/text.ts';

/** How many texts one glob may stand for, how long they may be together, and how deep braces may stand in each other. */
const MOST_ALTERNATIVES = 64;
const MOST_EXPANDED = 4_096;
const DEEPEST = 8;

/**
 * The texts that a glob with braces stands for: `a{b,c}` is `ab` and `ac`. Braces that are never closed, or have no comma
 * between them, stand for themselves, as in a shell. @throws USAGE where there are more than 64 of them, or 4096 characters
 */
export function expandBraces(glob: string): string[] {
  const texts = expand(glob, 0, () => tooMany(glob));
  if (texts.reduce((sum, text) => sum + text.length, 0) > MOST_EXPANDED) throw tooMany(glob);
  return texts;
}

function expand(text: string, depth: number, refusal: () => CommsError): string[] {
  if (depth > DEEPEST) throw refusal();
  let texts = [''];
  for (let at = 0; at < text.length; ) {
    const group = text[at] === '{' ? groupAt(text, at) : undefined;
    const brace = text.indexOf('{', at + 1);
    const end = group?.end ?? (brace < 0 ? text.length : brace);
    const next = group ? group.parts.flatMap((part) => expand(part, depth + 1, refusal)) : [text.slice(at, end)];
    // Before they are made: fifty pairs would be more than memory holds.
    if (texts.length * next.length > MOST_ALTERNATIVES) throw refusal();
    texts = texts.flatMap((before) => next.map((after) => before + after));
    at = end;
  }
  return texts;
}

/** What stands between the commas of the braces that open at `start`, and where they end. */
function groupAt(text: string, start: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return parts.length === 0 ? undefined : { parts: [...parts, text.slice(from, at)], end: at + 1 };
    if (depth > 1 || text[at] !== ',') continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  return undefined;
}

function tooMany(glob: string): CommsError {
  return new CommsError('USAGE', `${quote(glob)} stands for too many paths at once.`, {
    hint: `Use * instead of braces, or several globs: one may stand for ${MOST_ALTERNATIVES} paths, with ${MOST_EXPANDED} characters together.`,
    details: { glob: glob.slice(0, 200), most: MOST_ALTERNATIVES },
  });
}
