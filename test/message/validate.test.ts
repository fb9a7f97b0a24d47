import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_TYPES } from '../../src/message/message.ts';
import { visible } from '../../src/message/text.ts';
import { assertValid, inspectMessage, validateMessage } from '../../src/message/validate.ts';
import { anyJson, fixture, fixturesIn, info } from './fixtures.ts';
import { thrownBy } from './thrown.ts';

type Change = Record<string, unknown>;

/** A fixture with changes at JSON pointers; undefined takes the member away. */
function changed(type: string, changes: Change): Change {
  const message = fixture(`messages/${type}.json`);
  for (const [pointer, value] of Object.entries(changes)) {
    const names = pointer.split('/').slice(1);
    const last = names.pop() ?? '';
    const parent = names.reduce((at, name) => at[name] as Change, message);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return message;
}

test.each(BUILT_IN_TYPES)('a %s with what the protocol requires is valid', (type) => {
  expect(validateMessage(fixture(`messages/${type}.json`))).toEqual([]);
});

test.each(fixturesIn('messages'))('%s has no errors when it is found in a file', (path) => {
  expect(inspectMessage(fixture(path)).filter(({ severity }) => severity === 'error')).toEqual([]);
});

/** What the seeds require in each type's content; of an ACK they require references only. */
const REQUIRED: [string, string[]][] = [
  ['BUG_REPORT', ['details', 'context/reproduction_steps', 'context/expected', 'context/actual']],
  ['FIX_REQUEST', ['details', 'context/files']],
  ['TEST_RESULT', ['details', 'context/tests_run', 'context/passed', 'context/failed', 'context/errors']],
  ['CODE_CHANGE', ['details', 'context/files_changed']],
  ['QUESTION', ['details', 'context/background']],
  ['INFO', ['details']],
  ['QUERY', ['details']],
  ['RESPONSE', ['details']],
  ['COORDINATION', ['details', 'context/coordination_type', 'context/action', 'context/impact']],
  ['DISCOVERY', ['details', 'context/discovery_type', 'context/discovered', 'context/location', 'context/impact']],
];

describe.each(REQUIRED)('%s', (type, members) => {
  test.each(members)('requires content/%s', (member) => {
    const path = `/content/${member}`;
    expect(validateMessage(changed(type, { [path]: undefined }))).toMatchObject([{ severity: 'error', code: 'MISSING_FIELD', path }]);
  });
});

test.each([...Object.keys(info())])('every type requires %s', (field) => {
  for (const type of BUILT_IN_TYPES) {
    expect(validateMessage(changed(type, { [`/${field}`]: undefined }))).toMatchObject([{ code: 'MISSING_FIELD', path: `/${field}` }]);
  }
});

describe('a problem says what was expected, what was found and what to do', () => {
  test.each<[string, Change, string, string, string | undefined]>([
    [
      'TEST_RESULT',
      { '/content/context/passed': 'three' },
      'WRONG_TYPE',
      '/content/context/passed: expected an integer of at least 0, found the string "three"',
      'Give it with --context passed=3.',
    ],
    [
      'TEST_RESULT',
      { '/content/context/passed': -1 },
      'OUT_OF_RANGE',
      '/content/context/passed: expected an integer of at least 0, found the number -1',
      'Give it with --context passed=3.',
    ],
    [
      'TEST_RESULT',
      { '/content/context/errors': undefined },
      'MISSING_FIELD',
      '/content/context/errors: missing, expected a list',
      'Give it with --context errors=VALUE, once for each.',
    ],
    [
      'FIX_REQUEST',
      { '/content/context/files': 'a.ts' },
      'WRONG_TYPE',
      '/content/context/files: expected a list of strings, found the string "a.ts"',
      'Give it with --context files=VALUE, once for each.',
    ],
    [
      'FIX_REQUEST',
      { '/content/context/files': [''] },
      'TOO_SHORT',
      '/content/context/files/0: expected a non-empty string, found an empty string',
      'Give it with --context files=VALUE.',
    ],
    [
      'BUG_REPORT',
      { '/content/context/expected': undefined },
      'MISSING_FIELD',
      '/content/context/expected: missing, expected a non-empty string',
      'Give it with --context expected=VALUE.',
    ],
    [
      'BUG_REPORT',
      { '/content/context/reproduction_steps': '' },
      'TOO_SHORT',
      '/content/context/reproduction_steps: expected a non-empty string or a list of strings, 1 or more, found an empty string',
      'Give it with --context reproduction_steps=VALUE.',
    ],
    [
      'BUG_REPORT',
      { '/content/context/reproduction_steps': 7 },
      'WRONG_TYPE',
      '/content/context/reproduction_steps: expected a non-empty string or a list of strings, 1 or more, found the number 7',
      'Give it with --context reproduction_steps=VALUE.',
    ],
    [
      'BUG_REPORT',
      { '/content/context/reproduction_steps': ['a', 7] },
      'WRONG_TYPE',
      '/content/context/reproduction_steps/1: expected a string, found the number 7',
      'Give it with --context reproduction_steps=VALUE.',
    ],
    [
      'COORDINATION',
      { '/content/context/coordination_type': 'x' },
      'NOT_ALLOWED',
      '/content/context/coordination_type: expected one of dependency, blocker, discovery, recommendation, found the string "x"',
      'Give it with --context coordination_type=dependency|blocker|discovery|recommendation.',
    ],
    [
      'ACK',
      { '/references': [] },
      'TOO_SHORT',
      '/references: expected a list of strings, 1 or more, found an empty list',
      'Give it with --ref ID.',
    ],
    [
      'RESPONSE',
      { '/correlation_id': undefined },
      'MISSING_FIELD',
      '/correlation_id: missing, expected a non-empty string of at most 256 characters',
      'Give it with --correlation-id X.',
    ],
    [
      'INFO',
      { '/requires_response': true },
      'NOT_ALLOWED',
      '/requires_response: expected false, found true',
      'Leave --requires-response out.',
    ],
    [
      'INFO',
      { '/subject': '' },
      'TOO_SHORT',
      '/subject: expected a non-empty string of at most 500 characters, found an empty string',
      'Give it with --subject TEXT.',
    ],
    [
      'INFO',
      { '/content/details': '' },
      'TOO_SHORT',
      '/content/details: expected a non-empty string, found an empty string',
      'Give it with --details TEXT or --details-file FILE.',
    ],
    [
      'INFO',
      { '/sender': 'Claude' },
      'BAD_FORMAT',
      '/sender: expected a name of 1 to 64 of a-z, 0-9, "-" and "_", found the string "Claude"',
      'Give it with --from AGENT.',
    ],
    [
      'INFO',
      { '/timestamp': 'yesterday' },
      'BAD_FORMAT',
      '/timestamp: expected a time such as 2026-01-17T12:00:00Z, found the string "yesterday"',
      undefined,
    ],
    [
      'INFO',
      { '/priority': 7 },
      'NOT_ALLOWED',
      '/priority: expected one of low, medium, high, critical, found the number 7',
      'Give it with --priority low|medium|high|critical.',
    ],
    [
      'INFO',
      { '/status': 'done' },
      'NOT_ALLOWED',
      '/status: expected one of PENDING, IN_PROGRESS, COMPLETED, BLOCKED, found the string "done"',
      undefined,
    ],
    ['INFO', { '/version': '2.0' }, 'NOT_ALLOWED', '/version: expected "1.0", found the string "2.0"', undefined],
    ['INFO', { '/content': 'text' }, 'WRONG_TYPE', '/content: expected an object, found the string "text"', undefined],
    [
      'INFO',
      { '/content/attachments': [7] },
      'WRONG_TYPE',
      '/content/attachments/0: expected a string or an object, found the number 7',
      'Give it with --attach PATH.',
    ],
    [
      'INFO',
      { '/content/attachments': [{}] },
      'MISSING_FIELD',
      '/content/attachments/0/path: missing, expected a non-empty string',
      undefined,
    ],
    [
      'INFO',
      { '/expected_response_time': 0 },
      'OUT_OF_RANGE',
      '/expected_response_time: expected a number above 0, found the number 0',
      'Give it with --expected-response 15m.',
    ],
    [
      'INFO',
      { '/delivery': { attempts: 1.5 } },
      'WRONG_TYPE',
      '/delivery/attempts: expected an integer of at least 0, found the number 1.5',
      undefined,
    ],
    [
      'INFO',
      { '/type': 'BUG' },
      'UNKNOWN_TYPE',
      '/type: expected a known type, or a dotted one such as context.query, found the string "BUG"',
      'Give it with --type TYPE.',
    ],
    ['INFO', { '/type': 7 }, 'WRONG_TYPE', '/type: expected', 'Give it with --type TYPE.'],
  ])('%s with %j', (type, changes, code, message, hint) => {
    const problems = validateMessage(changed(type, changes));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: 'error', code, message: expect.stringContaining(message) });
    expect(problems[0]?.hint).toBe(hint);
  });
});

test('everything that is wrong is said, each place once', () => {
  const problems = validateMessage(changed('TEST_RESULT', { '/content/context': {}, '/content/details': '', '/subject': undefined }));
  const paths = problems.map(({ path }) => path);
  expect(paths.sort()).toEqual([
    ...['/content/context/errors', '/content/context/failed', '/content/context/passed', '/content/context/tests_run'],
    ...['/content/details', '/subject'],
  ]);
});

test('without a context, what the type requires in it is said all the same', () => {
  const problems = validateMessage(changed('QUESTION', { '/content/context': undefined }));
  expect(problems.map(({ path }) => path)).toEqual(['/content/context', '/content/context/background']);
});

test('what was found is shown short and escaped', () => {
  const [problem] = validateMessage(info({ sender: `\u001b]0;x\u0007${'y'.repeat(1_000)}` }));
  expect(problem?.message.length).toBeLessThan(250);
  expect(problem?.message).toContain('\\u001b]0;x\\u0007');
});

test('what is nested beyond reason is refused, in a message or as one', () => {
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  expect(validateMessage(info({ own: deep }))).toMatchObject([{ code: 'TOO_DEEP' }]);
  expect(validateMessage(deep)).toMatchObject([{ code: 'WRONG_TYPE' }]);
});

describe("the workspace's own types", () => {
  const own = info({ type: 'context.query' });
  const problem = { severity: 'error', code: 'MISSING_FIELD', path: '/content/context/query', message: 'missing' } as const;

  test('are free where there is no schema', () => {
    expect(validateMessage(own)).toEqual([]);
    expect(validateMessage(own, { validateOwnType: () => undefined })).toEqual([]);
  });

  test('are checked by their schema, and said once where the envelope says it too', () => {
    const validateOwnType = (type: string) => (type === 'context.query' ? [problem, { ...problem, path: '/subject' }] : []);
    expect(validateMessage({ ...own, subject: '' }, { validateOwnType })).toMatchObject([{ code: 'TOO_SHORT', path: '/subject' }, problem]);
  });

  test('never replace a built-in one', () => {
    expect(validateMessage(info(), { validateOwnType: () => [problem] })).toEqual([]);
  });
});

describe('inspectMessage', () => {
  test('warns of what messages in the field leave out', () => {
    const problems = inspectMessage(fixture('messages/hand-written-sparse-fix-request.json'));
    expect(problems.map(({ severity, path }) => `${severity} ${path}`).sort()).toEqual([
      'warning /content/attachments',
      'warning /content/context',
      'warning /content/context/files',
      'warning /priority',
      'warning /references',
      'warning /requires_response',
    ]);
  });

  test.each(['INFO', 'ACK'])('warns of a %s that asks for a response', (type) => {
    expect(inspectMessage(changed(type, { '/requires_response': true }))).toMatchObject([
      { severity: 'warning', path: '/requires_response' },
    ]);
  });

  test.each<[string, Change]>([
    ['INFO', { '/subject': undefined }],
    ['INFO', { '/references': 'msg-001' }],
    ['INFO', { '/priority': 'urgent' }],
    ['INFO', { '/requires_response': 'no' }],
    ['ACK', { '/references': [] }],
    ['BUG_REPORT', { '/content/context/expected': undefined }],
    ['FIX_REQUEST', { '/content/context/files': 'a.ts' }],
  ])('calls it an error in %s: %j', (type, changes) => {
    expect(inspectMessage(changed(type, changes))).toMatchObject([{ severity: 'error' }]);
  });
});

describe('assertValid', () => {
  test('passes what is valid', () => {
    expect(() => assertValid(info())).not.toThrow();
  });

  test('tells the first problems and holds all', () => {
    const error = thrownBy(() => assertValid(changed('TEST_RESULT', { '/content/context': {}, '/subject': undefined })));
    expect(error).toMatchObject({ code: 'INVALID_MESSAGE', hint: 'Give it with --subject TEXT.' });
    expect(error.message).toMatch(/^The message is not valid: \/subject: missing, .*; and 2 more\.$/);
    expect(error.details?.problems).toHaveLength(5);
  });

  test('names the nearest type', () => {
    const error = thrownBy(() => assertValid(info({ type: 'BUG_REPROT', subject: '' })));
    expect(error).toMatchObject({ code: 'UNKNOWN_TYPE', details: { nearest: 'BUG_REPORT' } });
  });

  test.each([null, 7, 'text', []])('refuses %j', (message) => {
    expect(thrownBy(() => assertValid(message)).code).toBe('INVALID_MESSAGE');
  });
});

test('no JSON makes validation throw; each path comes once, and can be printed', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const problems = inspectMessage(json);
      expect(new Set(problems.map(({ path }) => path)).size).toBe(problems.length);
      for (const { message } of problems) expect(visible(message)).toBe(message);
    }),
    { numRuns: 500 },
  );
});
