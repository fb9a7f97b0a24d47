import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstInOrder } from '../../src/core/first-in-order.ts';

test('are what a sort has first, in the order of the list where they are the same', () => {
  const item = fc.record({ key: fc.integer({ min: 0, max: 5 }), name: fc.string() });
  fc.assert(
    fc.property(fc.array(item), fc.integer({ min: 0, max: 12 }), (items, count) => {
      const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
      expect(firstInOrder(items, count, compare)).toEqual([...items].sort(compare).slice(0, count));
    }),
  );
});
