import { resolve } from 'node:path';
import { visible } from '../../message/text.ts';
import { sayConflict } from '../../orchestrator/conflicts/reservations.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { AS_OPTION, identityIfAny } from '../holder.ts';
import { problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'git guard',
  summary: 'check a commit before it is made: the workspace, and reserved files',
  options: [
    AS_OPTION,
    { flags: '--install', summary: 'let the pre-commit hook of this repository call it' },
    { flags: '--remove', summary: 'take it out of the hook again' },
  ],
  examples: [
    { command: 'comms git guard --as claude', does: 'Check what claude has staged' },
    { command: 'comms git guard --install', does: 'Check each commit in this repository from now on' },
  ],
  notes: [
    'It looks at what is staged: files of the workspace must be ones that others can read (as comms validate has it; warnings\nrefuse nothing), and no file may be reserved by another agent. Who commits is --as, else COMMS_AGENT; without either\nwhat anybody has reserved is refused. It ends with 6 for invalid files, with 5 for reserved ones, and with 0 otherwise.',
    'The hook keeps what else is in it: its own lines come first, between marks. "git commit --no-verify" passes it by.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, cwd, env, notice, style } = invocation;
  if (options.flag('install') || options.flag('remove')) return hook(invocation);
  const agent = identityIfAny(invocation);
  const comms = await open();
  const { GIT_INDEX_FILE: index } = env;
  const { staged, problems, meetings } = await comms.guardCommit({
    cwd,
    ...(agent !== undefined && { agent }),
    ...(index !== undefined && { indexFile: resolve(cwd, index) }),
  });
  const errors = sortedProblems(problems.filter(({ severity }) => severity === 'error'));
  if (errors.length + meetings.length === 0) notice(`Nothing speaks against this commit (${staged.length} staged).`);
  const reserved = meetings.map((meeting) => `${style.bad('reserved')}  ${sayConflict(meeting, invocation.now())}.`);
  const ways = [
    ...(errors.length > 0 ? ['Mend these files and stage them again: comms validate, comms doctor --fix'] : []),
    ...(reserved.length > 0 ? ['Wait for it, or ask its holder; "comms reservations" shows all.'] : []),
  ];
  return {
    data: { staged, problems: sortedProblems(problems), meetings },
    text: [...(errors.length > 0 ? [problemLines(errors, style)] : []), ...reserved, ...ways].join('\n'),
    brief: [...new Set([...errors.map(({ file }) => file ?? ''), ...meetings.map(({ path }) => path)])]
      .map((path) => visible(path))
      .join('\n'),
    exit: errors.length > 0 ? 6 : meetings.length > 0 ? 5 : 0,
  };
};

const SAID = { installed: 'Added to', renewed: 'Renewed in', removed: 'Removed from', unchanged: 'Nothing to change in' };

async function hook({ options, cwd }: Invocation): Promise<Outcome> {
  const [{ repositoryAt }, { installHook, removeHook }] = await Promise.all([
    import('../../git/repository.ts'),
    import('../../git/hook.ts'),
  ]);
  const { git, top } = await repositoryAt(cwd);
  const { file, change } = await (options.flag('remove') ? removeHook : installHook)(git, top);
  return { data: { hook: file, change }, text: `${SAID[change]} ${visible(file)}.`, brief: visible(file) };
}
