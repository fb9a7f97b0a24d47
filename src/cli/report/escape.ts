import { visible } from '../../message/text.ts';

/** Untrusted text for an element or a quoted attribute of an HTML page. */
export function html(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`);
}

/**
 * Untrusted text within a line of Markdown, also in a cell of a table: no markup, no HTML, and no link that GitHub would make of a bare
 * address.
 */
export function markdown(text: string): string {
  return visible(text)
    .replace(/[\\`*{}[\]<>#|~&@!$]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.');
}

/** The same as code, for names and commands: in a fence that is longer than any run of backticks in it. */
export function code(text: string): string {
  const shown = visible(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A space on either side is taken off again, and lets a backtick stand at the end.
  return longest > 0 || shown.trim() !== shown || shown === '' ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}
