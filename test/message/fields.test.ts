import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemas } from '../../src/generated/schemas.ts';
import { orderFields, render } from '../../src/message/fields.ts';
import { BUILT_IN_TYPES, FIELD_ORDER, type Message, PRIORITIES, STATUSES } from '../../src/message/message.ts';
import { fixturesIn, info } from './fixtures.ts';

test('fields come in the order of the envelope, unknown ones after them in their own', () => {
  const reversed = Object.fromEntries(Object.entries(info({ zebra: 1, channel: 'general', apple: 2 })).reverse()) as Message;
  expect(Object.keys(orderFields(reversed))).toEqual([...FIELD_ORDER.filter((field) => Object.hasOwn(reversed, field)), 'apple', 'zebra']);
});

test('a field named __proto__ is plain data', () => {
  const message = JSON.parse(`{"__proto__": {"sender": "mallory"}, "id": "msg-001"}`);
  const ordered = orderFields(message);
  expect(ordered.sender).toBeUndefined();
  expect(JSON.stringify(ordered)).toBe('{"id":"msg-001","__proto__":{"sender":"mallory"}}');
});

test('ordering loses nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (extra) => {
      const message = info(extra);
      expect(JSON.parse(render(message))).toEqual(JSON.parse(JSON.stringify(message)));
    }),
  );
});

test('a message is rendered as JSON with two spaces', () => {
  expect(render(info())).toMatch(/^\{\n {2}"id": "msg-006",\n {2}"timestamp"/);
});

test('types, fields and words agree with the schemas', () => {
  expect(schemas.envelope).toMatchObject({
    required: FIELD_ORDER.slice(0, 11),
    properties: { priority: { enum: [...PRIORITIES] }, status: { enum: [...STATUSES] } },
    $defs: { builtInType: { enum: [...BUILT_IN_TYPES] } },
  });
  expect(Object.keys((schemas.envelope as { properties: object }).properties)).toEqual([...FIELD_ORDER]);
  for (const type of BUILT_IN_TYPES)
    expect(schemas[type]).toMatchObject({ $id: `${type}.schema.json`, properties: { type: { const: type } } });
  const capitals = Object.keys(schemas).filter((name) => name === name.toUpperCase());
  expect(capitals.sort()).toEqual([...BUILT_IN_TYPES].sort());
});

test('there is a fixture of every type', () => {
  expect(fixturesIn('messages')).toEqual(expect.arrayContaining(BUILT_IN_TYPES.map((type) => `messages/${type}.json`)));
});
