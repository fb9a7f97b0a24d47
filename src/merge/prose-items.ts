import type { InboxDocument } from '../inbox/inbox.ts';

/** One line of what people wrote, or one block; joined, their `raw` is the file. */
export interface Item {
  kind: 'line' | 'blank' | 'block';
  raw: string;
}

/** A line that says something, and where it stands among the items. */
export interface ProseLine {
  text: string;
  index: number;
}

export function itemsOf(doc: InboxDocument): Item[] {
  const items: Item[] = [];
  let text = '';
  const cut = () => {
    items.push(...(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((raw): Item => ({ kind: said(raw) === '' ? 'blank' : 'line', raw })));
    text = '';
  };
  for (const segment of doc.segments) {
    if (segment.kind === 'text') {
      text += segment.raw;
      continue;
    }
    cut();
    items.push({ kind: 'block', raw: segment.raw });
  }
  cut();
  return items;
}

export function proseOf(items: readonly Item[]): ProseLine[] {
  return items.flatMap(({ kind, raw }, index) => (kind === 'line' ? [{ text: said(raw), index }] : []));
}

/** Without a byte order mark, and without white space at the end; of ASCII only, since bytes are compared. */
function said(raw: string): string {
  return raw.replace(/^\u00ef\u00bb\u00bf/, '').replace(/[ \t\r\n]+$/, '');
}
