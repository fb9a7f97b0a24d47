/** The types of messages and what each must hold, as the seed and the schemas have it. A test compares them with the schemas. */
export const TYPE_ROWS: { type: string; when: string; required: string[]; optional?: string[] }[] = [
  {
    type: 'BUG_REPORT',
    when: 'You found a bug while testing or reading code.',
    required: ['content.details', 'content.context.reproduction_steps', 'content.context.expected', 'content.context.actual'],
    optional: ['content.context.file', 'content.context.line'],
  },
  {
    type: 'FIX_REQUEST',
    when: 'You ask the other agent to fix something.',
    required: ['content.details', 'content.context.files'],
    optional: ['references to the BUG_REPORT'],
  },
  {
    type: 'TEST_RESULT',
    when: 'You tested, and this is how it came out.',
    required: [
      'content.details',
      'content.context.tests_run',
      'content.context.passed',
      'content.context.failed',
      'content.context.errors',
    ],
  },
  {
    type: 'CODE_CHANGE',
    when: 'You changed code that others should know of.',
    required: ['content.details', 'content.context.files_changed'],
    optional: ['content.context.commit_hash'],
  },
  {
    type: 'QUESTION',
    when: 'You need to know something.',
    required: ['content.details', 'content.context.background'],
  },
  { type: 'INFO', when: 'You tell something and need no answer.', required: ['content.details'] },
  { type: 'ACK', when: 'You say that a message arrived.', required: ['references'] },
  { type: 'QUERY', when: 'You need an answer before you can go on.', required: ['content.details'] },
  { type: 'RESPONSE', when: 'You answer a QUERY.', required: ['content.details'], optional: ['references to the QUERY'] },
  {
    type: 'COORDINATION',
    when: 'A dependency or a blocker concerns the plans of others.',
    required: ['content.details', 'content.context.coordination_type', 'content.context.action', 'content.context.impact'],
    optional: ['content.context.timeline', 'content.context.requirements'],
  },
  {
    type: 'DISCOVERY',
    when: 'You found something that others will want to use.',
    required: [
      'content.details',
      'content.context.discovery_type',
      'content.context.discovered',
      'content.context.location',
      'content.context.impact',
    ],
    optional: ['content.context.recommended_action'],
  },
];

/** The section of protocol.md on types. */
export function typesText(): string {
  const sections = TYPE_ROWS.map(({ type, when, required, optional = [] }) =>
    [
      `### ${type}`,
      '',
      when,
      '',
      `- required: ${codes(required)}`,
      ...(optional.length > 0 ? [`- if applicable: ${codes(optional)}`] : []),
      '',
    ].join('\n'),
  );
  return `## Types

${sections.join('\n')}
Lists (\`files\`, \`files_changed\`, \`tests_run\`, \`errors\`, \`requirements\`) are JSON arrays, \`passed\`, \`failed\` and \`line\` numbers.
\`reproduction_steps\` is a text, or an array with one text a step. \`coordination_type\` is \`dependency\`, \`blocker\`, \`discovery\` or
\`recommendation\`; \`discovery_type\` is \`api_endpoint\`, \`component\`, \`dependency\` or \`conflict\`. An INFO and an ACK never require a
response. A workspace may have types of its own, in dotted lower case such as \`context.query\`.
`;
}

function codes(names: readonly string[]): string {
  return names.map((name) => name.replace(/^(\S+)/, '`$1`')).join(', ');
}
