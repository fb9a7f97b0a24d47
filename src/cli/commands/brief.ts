import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'brief',
  summary: "print what an agent must know, for a subagent's prompt",
  arguments: [{ name: 'agent', summary: 'whom it is for; may be left out with --task', completes: 'agent' }],
  options: [
    {
      flags: '--task <file>',
      summary: 'what the subagent is started with, as JSON: subagent_type, description, prompt, communication_enabled, …; - reads stdin',
      completes: 'file',
    },
  ],
  examples: [
    { command: 'comms brief gpt', does: 'Show whom gpt may write to, how, what it works on, and what waits' },
    { command: 'comms brief --task task.json', does: 'Write the whole prompt of a subagent' },
    { command: 'comms brief gpt --json', does: 'Hand the same to a program' },
  ],
  notes: [
    'With --task the agent is its subagent_type, and its prompt stands at the end. A task\nwithout "communication_enabled": true is for a subagent that works alone.',
    'What others wrote is quoted and marked as data.',
  ],
};

export const run: Run = async ({ args: [agent], options, open, readInput }) => {
  const file = options.text('task');
  const tasks = file === undefined ? undefined : await readInput(file, { maxBytes: LARGEST_TASK_FILE });
  const { warnings, ...data } = await (await open()).brief({
    ...(agent !== undefined && { agent }),
    ...(tasks !== undefined && { tasks }),
  });
  return { data, text: data.markdown.trimEnd(), brief: data.markdown.trimEnd(), ...(warnings && { warnings }) };
};

const LARGEST_TASK_FILE = 1024 * 1024;
