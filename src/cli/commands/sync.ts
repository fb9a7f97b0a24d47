import { linesOf } from '../../core/git/commit-message.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { shape } from './commit.ts';

/** How many lines of what happened elsewhere are worth a look. */
const SHOWN_LINES = 20;

export const spec: CommandSpec = {
  name: 'sync',
  summary: 'commit, merge what a remote has, and push',
  options: [
    { flags: '--remote <name>', summary: "a remote or a URL (default: the branch's upstream, else origin)" },
    { flags: '--branch <name>', summary: "the branch there (default: the upstream's, else the one of the same name)" },
  ],
  examples: [
    { command: 'comms sync', does: 'Exchange messages with the other clones of this repository' },
    { command: 'comms sync --remote backup --branch mail', does: 'Exchange them through another remote and branch' },
  ],
  notes: [
    'It commits the workspace as comms commit does, fetches, merges with "git merge" and whatever drivers are set up (see\ncomms git setup), and pushes the branch, with all the commits on it. Where the remote moved meanwhile it starts again, a\nlimited number of times. Merging runs no pre-commit hooks; pushing runs pre-push.',
    'Changes outside of the workspace that no commit has stay as they are; where a merge would overwrite them, or where a\nperson must decide, nothing is merged, the working tree is left as it was, and it ends with 5. Killed at any point,\nnothing is lost, and the next sync goes on.',
  ],
};

export const run: Run = async ({ options, open, style, signal, warn, notice }) => {
  const [remote, branch] = [options.text('remote'), options.text('branch')];
  const comms = await open();
  if (!comms.store.capabilities.editable) {
    warn(`The messages are kept in ${comms.store.capabilities.name}, which git does not see: only the workspace's other files are synced.`);
  }
  const synced = await comms.sync({ signal, ...(remote !== undefined && { remote }), ...(branch !== undefined && { branch }) });
  const { commit, subject, body, changes, files, ignored, received, pushed, head } = synced;
  const news = linesOf(received);
  if (commit === undefined && news.length === 0 && !pushed) notice('Nothing to sync: both sides have the same.');
  const more = news.length > SHOWN_LINES ? [`  and ${news.length - SHOWN_LINES} more`] : [];
  return {
    data: {
      ...(commit !== undefined && { commit, branch: synced.branch }),
      ...{ subject, body, changes: changes.map(shape), files, ignored },
      ...{ remote: synced.remote, remote_branch: synced.remote_branch, head, pushed, received: received.map(shape) },
    },
    text: [
      ...(commit === undefined ? [] : [`Committed ${style.id(commit.slice(0, 10))}: ${visible(subject)}`]),
      ...(news.length === 0 ? [] : ['Received:', ...news.slice(0, SHOWN_LINES).map((line) => `  ${line}`), ...more]),
      ...(pushed ? [`Pushed to ${visible(synced.remote_branch)}.`] : []),
    ].join('\n'),
    brief: head ?? '',
  };
};
