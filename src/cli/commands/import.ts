import path from 'node:path';
import type { Imported } from '../../comms.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { problemLines, sortedProblems } from '../problem-lines.ts';
import type { Style } from '../style.ts';

export const spec: CommandSpec = {
  name: 'import',
  summary: 'put the messages of inbox files into this workspace',
  arguments: [
    { name: 'source', summary: 'a directory of inbox files, another workspace, or one Markdown file', required: true, completes: 'file' },
  ],
  options: [
    { flags: '--add-agents', summary: 'register agents that have an inbox there and are not known here' },
    { flags: '--skip-broken', summary: 'import the rest where some messages cannot be read' },
    { flags: '--dry-run', summary: 'show what would be imported, and change nothing' },
  ],
  examples: [
    { command: 'comms import backup', does: 'Take in what comms export wrote' },
    { command: 'comms import ../old/agent-comms --add-agents', does: "Take over another workspace's messages and agents" },
    { command: 'comms import notes/claude-inbox.md --dry-run', does: 'See what one inbox would bring' },
  ],
  notes: [
    'Ids, states, leases, sections and the order stay what they are. A message that is here already is skipped, so an\nimport that was cut off can be repeated. Where an id is taken here by another message the imported one gets a fresh\nid, references among the imported follow, and metadata.original_id keeps the old one.',
    'Where a message cannot be read nothing is imported and the exit status is 6.',
  ],
};

export const run: Run = async ({ args: [source = ''], options, cwd, open, progress, signal, style }) => {
  const comms = await open();
  const imported = await comms.import({
    from: path.resolve(cwd, source),
    addAgents: options.flag('add-agents'),
    skipBroken: options.flag('skip-broken'),
    dryRun: options.flag('dry-run'),
    signal,
    onProgress: (done, total) => progress(done < total ? `Imported ${done} of ${total}…` : ''),
  });
  const brief = imported.renumbered.map(({ from, to }) => `${visible(from)} ${to}`).join('\n');
  return { data: imported, text: textOf(imported, style), brief };
};

function textOf({ imported, skipped, renumbered, problems, agents, dry_run }: Imported, style: Style): string {
  const verb = dry_run ? 'Would import' : 'Imported';
  const there = skipped > 0 ? `; ${skipped} ${skipped === 1 ? 'was' : 'were'} here already` : '';
  const head =
    imported === 0 && skipped > 0
      ? `Nothing new: ${count(skipped)} ${skipped === 1 ? 'was' : 'were'} here already.`
      : `${verb} ${count(imported)}${there}.`;
  return [
    head,
    ...(agents.length > 0 ? [`${dry_run ? 'Would register' : 'Registered'} ${agents.join(', ')}.`] : []),
    ...renumbered.map(
      ({ from, to }) =>
        `  ${from === '' ? 'a message without an id' : style.id(visible(from))} ${dry_run ? 'would become' : 'is now'} ${style.id(to)}`,
    ),
    ...(problems.length > 0 ? ['Left out:', problemLines(sortedProblems(problems), style)] : []),
  ].join('\n');
}

function count(messages: number): string {
  return `${messages} ${messages === 1 ? 'message' : 'messages'}`;
}
