// The agent that knows the project: it answers each `context.query` with a `context.query.response` and a file that holds the
// whole answer. Run it in a workspace that has an agent of this name: node examples/context-manager.mjs [name]
// It ends with Ctrl-C, after the query that it is working on.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openComms, Rejection } from 'agent-comms-cli';

const [agent = 'context-manager'] = process.argv.slice(2);

const KNOWN = {
  ui: 'The interface is React with server components; state lives in the URL.',
  storage: 'Messages lie in Markdown files; SQLite is an option.',
};

const comms = await openComms();
const artifacts = join(comms.workspace.root, 'artifacts');
await mkdir(artifacts, { recursive: true });

const handling = await comms.onMessage({ agent, types: 'context.query', concurrency: 4 }, async ({ message }) => {
  const query = message.content.details.toLowerCase();
  const topics = Object.entries(KNOWN).filter(([topic]) => query.includes(topic));
  // A query that nobody can ever answer: no other attempt would help.
  if (topics.length === 0) throw new Rejection(`Ask about one of these: ${Object.keys(KNOWN).join(', ')}.`);

  const artifactPath = join(artifacts, `context-${message.id}.md`);
  await writeFile(artifactPath, topics.map(([topic, text]) => `# ${topic}\n\n${text}\n`).join('\n'));
  // What is returned is the answer: it goes to whoever asked, and completes the query in the same step.
  return { payload: { message: topics.map(([, text]) => text).join(' '), context: Object.fromEntries(topics) }, artifactPath };
});
console.log(`${agent}: ready`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => handling.stop());
await handling.done;
await comms.close();
