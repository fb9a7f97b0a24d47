import { expect, test } from 'vitest';
import { createOwnTypeValidator } from '../../src/core/own-types.ts';
import { send } from '../../src/core/send.ts';
import { info, refusal, refusedWithoutEffect, testContext } from './context.ts';

const schema = {
  allOf: [{ $ref: 'envelope.schema.json' }],
  properties: { content: { properties: { context: { required: ['topic'], properties: { topic: { type: 'string' } } } } } },
};

/** A context whose workspace has this schema for context.query, and none for other types. */
const withSchema = (value: unknown) => {
  const loads: string[] = [];
  const validateOwnType = createOwnTypeValidator(async (type) => {
    loads.push(type);
    return type === 'context.query' ? value : undefined;
  });
  return { ctx: testContext({}, { validateOwnType }), loads };
};

test('a message must satisfy the schema of its type, which is read once', async () => {
  const { ctx, loads } = withSchema(schema);
  const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ type: 'context.query' })), 'INVALID_MESSAGE');
  expect(error.details).toMatchObject({ problems: [{ path: '/content/context/topic', code: 'MISSING_FIELD' }] });
  expect((await send(ctx, info({ type: 'context.query', context: { topic: 't' } }))).message.id).toBe('msg-001');
  expect(loads).toEqual(['context.query']);
});

test('without a schema the content is free', async () => {
  const { ctx } = withSchema(schema);
  expect((await send(ctx, info({ type: 'build.started' }))).message.id).toBe('msg-001');
});

test.each([
  ['a type that there is not', { type: 'sting' }],
  ['a reference to nothing', { $ref: 'nothing.schema.json' }],
  ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }],
  ['no object', null],
  ['a list', []],
])('a schema with %s is refused', async (_, value) => {
  const { ctx } = withSchema(value);
  const error = await refusal(() => send(ctx, info({ type: 'context.query' })), 'INVALID_CONFIG');
  expect(error.hint).toContain('schemas/context.query.schema.json');
  expect(await ctx.store.list()).toEqual([]);
});

test.each([
  ['a repetition inside a repetition', { properties: { subject: { pattern: '^(a+)+$' } } }],
  ['references that go round', { allOf: [{ $ref: '#' }] }],
])('a schema with %s is stopped, and named', async (_, value) => {
  const { ctx } = withSchema(value);
  const error = await refusal(() => send(ctx, info({ type: 'context.query', subject: `${'a'.repeat(60)}!` })), 'INVALID_CONFIG');
  expect(error.message).toContain('more than 1 s, or does not come to an end');
  expect(error.details).toMatchObject({ file: 'schemas/context.query.schema.json' });
});

test('a type that is a path loads no schema', async () => {
  const loads: string[] = [];
  const validate = createOwnTypeValidator(async (type) => {
    loads.push(type);
    return { type: 'string' };
  });
  for (const type of ['../../evil', '/etc/evil', 'a/b.c', 'a.b\u0000', '']) expect(await validate({ type } as never)).toEqual([]);
  expect(loads).toEqual([]);
});
