import type { Committed } from '../../core/git/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'commit',
  summary: 'commit the workspace, and nothing else, with a message that says what happened',
  options: [
    { flags: '-m, --message <text>', summary: 'say it in your own words; what happened follows below' },
    { flags: '--auto', summary: 'wait until nothing more is written, then commit, and say nothing (what git.autocommit runs)' },
    { flags: '--dry-run', summary: 'show what would be committed, and commit nothing' },
  ],
  examples: [
    { command: 'comms commit', does: 'Commit what agents wrote, with a message that says who sent and completed what' },
    { command: 'comms commit --dry-run', does: 'Show the message that the commit would have' },
    { command: 'comms commit -m "Hand over to gpt"', does: 'Commit with a subject of your own' },
  ],
  notes: [
    'Only files of the workspace are committed: whatever else is staged or changed stays as it is, in the index and in the\nworking tree. While a merge, rebase, cherry-pick, revert or bisect is under way, or HEAD is on no branch, it refuses, with 5.',
    'The commit is made from what the files hold while nobody writes. It runs no hooks, since pre-commit hooks check the code\nof a project; it is signed where commit.gpgsign says so. With nothing to commit it ends with 0.',
    'With "git": {"autocommit": true} in config.json this happens by itself, a few seconds after the last change.',
  ],
};

export const run: Run = async ({ options, open, style, notice, warn, signal }) => {
  const message = options.text('message');
  const dryRun = options.flag('dry-run');
  const comms = await open();
  if (options.flag('auto')) {
    const { autocommit } = await import('../../core/git/autocommit.ts');
    await autocommit(comms.context, { debounceMs: comms.workspace.settings.autocommit?.debounceMs ?? 0, signal });
    return undefined;
  }
  if (!comms.store.capabilities.editable) {
    warn(
      `The messages are kept in ${comms.store.capabilities.name}, which git does not see: only the workspace's other files are committed.`,
    );
  }
  const committed = await comms.commit({ dryRun, ...(message !== undefined && { message }) });
  if (committed.ignored.length > 0) warn(ignoredText(committed.ignored));
  if (committed.files.length === 0) notice(nothingText(committed.ignored.length > 0));
  const { commit, branch, subject, body, changes, files, ignored } = committed;
  return {
    data: { ...(commit !== undefined && { commit, branch }), dry_run: dryRun, subject, body, changes: changes.map(shape), files, ignored },
    text: files.length === 0 ? '' : textOf(committed, style.id),
    brief: commit ?? '',
  };
};

function textOf({ commit, branch, subject, body, files }: Committed, id: (text: string) => string): string {
  const where = commit === undefined ? 'Would commit' : `${id(commit.slice(0, 10))} on ${visible(branch ?? '')}`;
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return [`${where}, ${count}: ${visible(subject)}`, ...(body === '' ? [] : ['', visible(body, { newlines: true })])].join('\n');
}

function nothingText(isPart: boolean): string {
  return `Nothing to commit: the last commit has ${isPart ? 'what git does not ignore of the workspace' : 'the workspace'} as it is.`;
}

function ignoredText(ignored: readonly string[]): string {
  const [first = ''] = ignored;
  const what =
    ignored.length === 1 ? `${visible(first)} is` : `${visible(first)} and ${ignored.length - 1} more files of the workspace are`;
  return `${what} git-ignored, and in no commit. Run "git check-ignore -v" on it to see by what.`;
}

/** The members as --json has them. */
export function shape({ previousId, ...change }: Committed['changes'][number]): Record<string, unknown> {
  return { ...change, ...(previousId !== undefined && { previous_id: previousId }) };
}
