import { visible } from '../../message/text.ts';

/** Ways to put somebody else's words into Markdown so that they stay words: no fence, heading or control character gets out. */

/** As inline code, on one line, at most `max` characters of it. */
export function code(text: string, max = 120): string {
  const shown = visible(clipped(text, max));
  const mark = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[`\s]|[`\s]$/.test(shown) ? ' ' : '';
  return `${mark}${pad}${shown}${pad}${mark}`;
}

/** As a block of its own. Each line must be one line already. */
export function fenced(lines: readonly string[], language = 'text'): string {
  const mark = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${mark}${language}`, ...lines, mark].join('\n');
}

/** As prose, on one line, with what Markdown would read as its own escaped. */
export function prose(text: string, max = 300): string {
  return visible(clipped(text.replace(/\s+/g, ' ').trim(), max).replace(/[\\`*_[\]<>#|~]/g, '\\$&'));
}

/** At most `max` characters, the last of which says that there were more. Splits no character in two. */
export function clipped(text: string, max: number): string {
  const characters = Array.from(text.slice(0, 2 * max + 2));
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text;
}

/** As many items as fit into `budget` characters, one after another; then how many more there are. */
export function fitting(items: readonly string[], budget: number): { shown: string[]; left: number } {
  const shown: string[] = [];
  let used = 0;
  for (const item of items) {
    used += item.length + 2;
    if (used > budget) break;
    shown.push(item);
  }
  return { shown, left: items.length - shown.length };
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
