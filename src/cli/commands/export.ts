import path from 'node:path';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'export',
  summary: 'write everything into a directory, as inbox files',
  arguments: [{ name: 'directory', summary: 'new or empty, or an earlier export', required: true, completes: 'directory' }],
  options: [{ flags: '--force', summary: 'bring an earlier export up to date even if it holds messages that are not here' }],
  examples: [
    { command: 'comms export backup', does: 'Write all messages into backup/' },
    { command: 'comms export backup && comms inbox --as gpt --workspace backup', does: 'Read what was exported' },
  ],
  notes: [
    'What is written is a workspace itself, with files as its store: every message with its id, state and section,\nsubscriptions, presence and config.json. git can keep it, and comms import reads it. It does not hold artifacts/ and\nschemas/. An earlier export is brought up to date, file by file; other files in it stay.',
  ],
};

export const run: Run = async ({ args: [directory = ''], options, cwd, open, progress, signal }) => {
  const comms = await open();
  const exported = await comms.export({
    directory: path.resolve(cwd, directory),
    force: options.flag('force'),
    signal,
    onProgress: (done, total) => progress(done < total ? `Exported ${done} of ${total}…` : ''),
  });
  const { files, messages } = exported;
  const text = [
    `Exported ${messages} ${messages === 1 ? 'message' : 'messages'} to ${visible(exported.directory)}`,
    ...files.map((file) => `  ${visible(file)}`),
  ];
  return { data: exported, text: text.join('\n'), brief: exported.directory };
};
