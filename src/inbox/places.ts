import type { InboxSection } from './document.ts';
import type { Heading } from './fences.ts';
import { type HeadingKind, headingKind } from './headings.ts';

export type Place = InboxSection | 'templates';

/** A heading with what it does and what follows it. */
export interface PlacedHeading extends Heading {
  kind: HeadingKind;
  place: Place;
}

/** Tells for each heading which part of the file follows it; before the first one it is the active part. */
export function placesOf(text: string, headings: readonly Heading[]): PlacedHeading[] {
  let archived = 0;
  let templates = 0;
  return headings.map((heading, index) => {
    const kind = index === 0 && isTitle(text, heading) ? titleKind(heading) : headingKind(heading);
    const { start, end, level, text: title } = heading;
    if (kind !== 'message') {
      if (level <= templates) templates = 0;
      if (templates === 0) {
        if (kind === 'templates') templates = level;
        else if (kind === 'archive') archived = level;
        // A deeper heading is a part of the archive; one as high, such as "## Notes", ends it.
        else if (kind === 'active' || level <= archived) archived = 0;
      }
    }
    return { start, end, level, text: title, kind, place: templates > 0 ? 'templates' : archived > 0 ? 'archived' : 'active' };
  });
}

/** A title says what the file is: "# Archive of claude" and "# Inbox" open no section in it. */
function isTitle(text: string, { start, level }: Heading): boolean {
  return level === 1 && /^(?:\u00ef\u00bb\u00bf)?\s*$/.test(text.slice(0, start));
}

function titleKind(heading: Heading): HeadingKind {
  const kind = headingKind(heading);
  return kind === 'templates' ? kind : 'other';
}
