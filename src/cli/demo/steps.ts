/** One command of the demo, as an agent would type it. */
export interface Step {
  /** What happens, in one line. */
  explains: string;
  /** Without `comms`; the workspace is in COMMS_WORKSPACE. */
  argv: string[];
}

/** Two agents mend a bug. The workspace is fresh, so the ids are known. */
export const STEPS: Step[] = [
  {
    explains: 'claude tried the login page, and reports to gpt what is wrong with it.',
    argv: [
      ...words('send --from claude --to gpt --type BUG_REPORT --priority high'),
      ...text('Login fails for names with a space', 'The form rejects "ada lovelace", a name that the sign-up page accepts.'),
      ...context('file=src/login.ts', 'line=42', 'reproduction_steps=["Open /login","Enter ada lovelace","Press Log in"]'),
      ...context('expected=The user is logged in', 'actual=The form says: invalid name'),
    ],
  },
  { explains: 'gpt looks what has come.', argv: words('inbox --as gpt') },
  { explains: 'gpt takes the most urgent message; for 30 minutes nobody else can.', argv: words('claim --as gpt') },
  {
    explains: 'gpt mends the bug, says what it changed, and with --done finishes the report.',
    argv: [
      ...words('reply msg-001 --as gpt --done --type CODE_CHANGE'),
      ...text('Names with a space are accepted', 'The check trims the name now, and allows spaces inside of it.'),
      ...context('files_changed=["src/login.ts"]', 'commit_hash=4f2c9d1'),
    ],
  },
  { explains: 'claude sees what became of its report.', argv: words('track msg-001') },
  {
    explains: 'claude runs the tests on the change, and tells gpt how they came out.',
    argv: [
      ...words('reply msg-002 --as claude --done --type TEST_RESULT'),
      ...text('Login tests: 12 passed', 'All tests pass with the change, and "ada lovelace" gets in.'),
      ...context('tests_run=["login","logout","sign-up"]', 'passed=12', 'failed=0', 'errors=[]'),
    ],
  },
  { explains: 'gpt acknowledges the result.', argv: [...words('ack msg-003 --as gpt'), '--details', 'Thank you, the bug is closed.'] },
  { explains: 'gpt is done with it.', argv: words('done msg-003 --as gpt') },
  { explains: 'The whole conversation, oldest first.', argv: words('thread msg-001') },
  { explains: 'Where everything stands.', argv: words('status') },
];

function words(line: string): string[] {
  return line.split(' ');
}

function text(subject: string, details: string): string[] {
  return ['--subject', subject, '--details', details];
}

function context(...pairs: string[]): string[] {
  return pairs.flatMap((pair) => ['--context', pair]);
}
