import { type BuiltInType, isBuiltInType, type Message, TYPES_WANTING_RESPONSE } from './message.ts';
import { parseType } from './types.ts';

interface Example {
  subject: string;
  details: string;
  context?: Record<string, unknown>;
  references?: string[];
  correlationId?: string;
}

const EXAMPLES: Record<BuiltInType, Example> = {
  BUG_REPORT: {
    subject: 'Login fails for names with spaces',
    details: 'The login form rejects user names that hold a space.',
    context: {
      file: 'src/login.ts',
      line: 42,
      reproduction_steps: ['Open /login', 'Enter "ada lovelace"', 'Press "Log in"'],
      expected: 'The user is logged in.',
      actual: 'The form says "invalid name".',
    },
  },
  FIX_REQUEST: {
    subject: 'Accept spaces in user names',
    details: 'Names with spaces must be accepted.',
    context: { files: ['src/login.ts'] },
    references: ['msg-001'],
  },
  TEST_RESULT: {
    subject: 'Login tests: 11 passed, 1 failed',
    details: 'Ran the login tests after the fix.',
    context: { tests_run: ['login', 'logout'], passed: 11, failed: 1, errors: ['logout: expected 200, got 500'] },
  },
  CODE_CHANGE: {
    subject: 'Names with spaces are accepted',
    details: 'The check trims instead of rejecting.',
    context: { files_changed: ['src/login.ts'], commit_hash: '0123abc' },
  },
  QUESTION: {
    subject: 'May names hold emoji?',
    details: 'Should the login accept emoji in names?',
    context: { background: 'The new check could allow them at no cost.' },
  },
  INFO: { subject: 'The build is green again', details: 'The build of main passes since this morning.' },
  ACK: { subject: 'Got it', details: 'Acknowledged.', references: ['msg-001'] },
  QUERY: { subject: 'Shape of the profile response', details: 'Which fields does the profile response have?' },
  RESPONSE: {
    subject: 'Re: Shape of the profile response',
    details: 'id, name and avatar_url.',
    references: ['msg-001'],
    correlationId: 'msg-001',
  },
  COORDINATION: {
    subject: 'I need the new profile fields first',
    details: 'The profile page waits for the new fields.',
    context: {
      coordination_type: 'dependency',
      action: 'Add avatar_url to the profile response',
      impact: 'The profile page cannot be finished',
      requirements: ['profile-api'],
    },
  },
  DISCOVERY: {
    subject: 'There is a health endpoint',
    details: 'The server has a health endpoint that nobody uses.',
    context: { discovery_type: 'api_endpoint', discovered: 'GET /health', location: 'src/server.ts', impact: 'Monitoring can use it' },
  },
};

/** An example of a type, in any case, that its schema accepts; for a workspace's own type a general one. @throws UNKNOWN_TYPE */
export function templateOf(text: string, parties: { sender: string; recipient: string; id?: string; timestamp?: string }): Message {
  const type = parseType(text);
  const example: Example = isBuiltInType(type) ? EXAMPLES[type] : { subject: `About ${type}`, details: 'What it is about.' };
  return {
    // Stands for the id that it will get, and keeps a template in an inbox from being read as a message.
    id: parties.id ?? 'msg-XXX',
    timestamp: parties.timestamp ?? '2026-01-17T12:00:00Z',
    sender: parties.sender,
    recipient: parties.recipient,
    type,
    priority: 'medium',
    status: 'PENDING',
    subject: example.subject,
    content: { details: example.details, context: structuredClone(example.context ?? {}), attachments: [] },
    references: [...(example.references ?? [])],
    requires_response: TYPES_WANTING_RESPONSE.includes(type),
    ...(example.correlationId !== undefined && { correlation_id: example.correlationId }),
  };
}
