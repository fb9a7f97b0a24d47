import { hashOf } from '../../message/hash.ts';
import type { Copy } from '../../store/store.ts';

/** The ids and inboxes that differ between two stores: copies, their states, and their order in each section of each inbox. */
export function differences(one: readonly Copy[], other: readonly Copy[]): { inbox: string; id: string }[] {
  const [left, right] = [bySection(one), bySection(other)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((place) => {
    const [a, b] = [left.get(place) ?? [], right.get(place) ?? []];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, n) => [a[n], b[n]] as const).flatMap(([x, y]) => {
      const there = x ?? y;
      return there === undefined || x?.hash === y?.hash ? [] : [{ inbox: there.copy.inbox, id: there.copy.message.id }];
    });
  });
}

function bySection(copies: readonly Copy[]): Map<string, { copy: Copy; hash: string }[]> {
  const sections = new Map<string, { copy: Copy; hash: string }[]>();
  for (const copy of copies) {
    const place = `${copy.section}\0${copy.inbox}`;
    const there = sections.get(place) ?? [];
    there.push({ copy, hash: hashOf(copy.message) });
    sections.set(place, there);
  }
  return sections;
}
