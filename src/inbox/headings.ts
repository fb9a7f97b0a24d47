import type { Heading } from './fences.ts';

/** What a heading does: names a message, opens a part of the file, or nothing. */
export type HeadingKind = 'message' | 'templates' | 'archive' | 'active' | 'other';

/** Enough to tell a heading's kind; a line may be megabytes long. */
const LOOK = 300;

export function headingKind({ level, text }: Pick<Heading, 'level' | 'text'>): HeadingKind {
  if (/^message:/i.test(text)) return 'message';
  const words = wordsOf(text);
  // First, so that "### Message: msg-012 – Template is broken" hides nothing.
  if (headingId(text) !== undefined || /^message\s*:\s*\S/i.test(words)) return 'message';
  if (/\btemplates?\b|\bexample formats?\b/i.test(words)) return 'templates';
  if (level > 2) return 'other';
  if (/^archive/i.test(words)) return 'archive';
  return /^(?:active|inbox|messages?|pending|open|new|current|unread|in progress)\b/i.test(words) ? 'active' : 'other';
}

/** The message id that a heading names: "Message: msg-001", "msg-001: Fix the build". */
export function headingId(text: string): string | undefined {
  const words = wordsOf(text);
  const named = /^message[\s:#]+["'`*[(]*([\w.-]+)/i.exec(words)?.[1];
  if (named?.includes('-') && /\d|XXX/i.test(named)) return named;
  return /\bmsg-[\w-]+/i.exec(words)?.[0];
}

/** Whether a heading that stands right above a block is the block's own: section titles belong to the file. */
export function isOwnHeading(heading: Heading & { kind: HeadingKind }, id: string | undefined): boolean {
  if (heading.kind === 'message') return true;
  if (id !== undefined && id !== '' && heading.text.includes(id)) return true;
  return heading.level > 2 && heading.kind === 'other' && /^message\b/i.test(wordsOf(heading.text));
}

/** Without the emoji, numbers and asterisks that people decorate headings with. */
function wordsOf(text: string): string {
  return text.slice(0, LOOK).replace(/^[^A-Za-z]+/, '');
}
