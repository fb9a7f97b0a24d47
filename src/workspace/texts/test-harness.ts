import type { TextOptions } from './protocol.ts';

/** test-harness.md: how an agent tests the project and reports. `testCommand` is undefined where it could not be told. */
export function harnessText({ agents, place, store, testCommand }: TextOptions & { testCommand: string | undefined }): string {
  const [first = 'claude', second = first] = agents;
  const command = testCommand ?? '<the test command of the project>';
  return `# Test Harness

How an agent tests this project and tells the others what came out. The format of messages is in \`${place}/protocol.md\`.

## 1. Test

${testCommand === undefined ? 'Find the test command in the README of the project and write it down here for the next agent:' : 'From the root of the project:'}

\`\`\`sh
${command}
\`\`\`

Test a state that others can get: commit first, or say in the report what is not committed (\`git rev-parse HEAD\`, \`git status --short\`).
Run a failing test a second time before you report it, and say so if it passes then.

## 2. Report the run: TEST_RESULT

One message for each run, whether it passed or not. All five of \`details\`, \`tests_run\`, \`passed\`, \`failed\` and \`errors\` are required;
\`errors\` is \`[]\` when nothing failed.

\`\`\`sh
comms send --from ${second} --to ${first} --type TEST_RESULT \\
  --subject "Test run: 41 passed, 1 failed" \\
  --details "Full run at commit 1a2b3c4 on Linux, Node 22." \\
  --context 'tests_run=["unit", "integration"]' \\
  --context passed=41 --context failed=1 \\
  --context 'errors=[{"test": "login keeps the session", "error": "expected 200, got 500"}]'
\`\`\`

## 3. Report each bug: BUG_REPORT

One message for each bug, so that each can be taken, fixed and closed by itself. Required: \`details\`, \`reproduction_steps\`,
\`expected\`, \`actual\`; \`file\` and \`line\` where you know them. Refer to the test result.

\`\`\`sh
comms send --from ${second} --to ${first} --type BUG_REPORT --priority high \\
  --subject "Login loses the session" \\
  --details "After a login the next request answers 500." \\
  --context 'reproduction_steps=["start the server", "log in", "open /account"]' \\
  --context expected="status 200" --context actual="status 500" \\
  --context file=src/session.ts --context line=42 \\
  --ref msg-012
\`\`\`

## 4. Take a bug, fix it, say so

\`\`\`sh
comms claim msg-013 --as ${first}
# … fix it, run the tests, commit …
comms send --from ${first} --to ${second} --type CODE_CHANGE --subject "Sessions survive a login" \\
  --details "The cookie was set before the redirect." \\
  --context 'files_changed=["src/session.ts"]' --context commit_hash=5d6e7f8 --ref msg-013
comms done msg-013 --as ${first} --result "fixed in 5d6e7f8"
\`\`\`

## 5. Confirm

The one who reported tests again, answers with a TEST_RESULT that refers to the CODE_CHANGE, and finishes it:

\`\`\`sh
comms reply msg-014 --from ${second} --type TEST_RESULT --done --subject "Confirmed" --details "All 42 pass at 5d6e7f8." \\
  --context 'tests_run=["unit", "integration"]' --context passed=42 --context failed=0 --context 'errors=[]'
\`\`\`

${store === 'files' ? byHand(place) : ''}`;
}

function byHand(place: string): string {
  return `Without the command \`comms\`, write the same messages by hand as \`${place}/protocol.md\` says; \`comms template TYPE\` on another machine
prints one to fill in.
`;
}
