import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostJsonBytes } from '../../src/message/json.ts';

test('mostJsonBytes is never less than the text has, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(mostJsonBytes(value)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});

test.each(['\u0000\u0001', '\u{1f600}', '\ud800', '"\\', '\u2028'])('nor for %j alone', (text) => {
  expect(mostJsonBytes({ [text]: text })).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify({ [text]: text })));
});
