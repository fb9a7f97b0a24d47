import { groupOf } from '../../core/groups.ts';
import { CommsError } from '../../errors.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'group remove',
  summary: 'take a group away, or members out of it',
  arguments: [{ name: 'name', summary: 'a group', required: true, completes: 'group' }],
  options: [{ flags: '--members <agents>', summary: 'take only these members out of it', commas: true, completes: 'agent' }],
  examples: [
    { command: 'comms group remove reviewers', does: 'Take it away with its inbox; refuse while open messages lie there' },
    { command: 'comms group remove reviewers --members gpt', does: 'Let gpt take no more of its messages' },
  ],
  notes: ['Completed messages go to archive/. What a member who leaves has claimed comes back when its lease ends.'],
};

export const run: Run = async ({ args: [wanted = ''], options, cwd, env, workspace, reread, open }) => {
  const { root, settings } = workspace();
  const name = groupOf(settings, wanted);
  const leaving = options.list('members');
  const edit = await import('../../workspace/group-edit.ts');
  if (leaving.length > 0) {
    const { members, changed } = await edit.removeFromGroup(root, { name, members: leaving });
    return {
      data: { group: name, members, removed: changed, inbox_removed: false },
      text: `Took ${changed.join(', ')} out of ${name}; its members are ${members.join(', ')}`,
      brief: name,
    };
  }
  const removed = settings.groups[name] ?? [];
  const { store } = await open();
  const waiting = await store.list({ inboxes: [name], filter: ({ status }) => status !== 'COMPLETED' });
  if (waiting.length > 0) throw stillWaiting(name, waiting.length, removed);
  const { putBack } = await edit.removeGroup(root, name);
  // Opened anew, so that status.json is written without the group.
  const { openComms } = await import('../../comms.ts');
  const fresh = await openComms({ cwd, env, workspace: reread() });
  try {
    await fresh.store.removeInbox(name);
  } catch (error) {
    // Something came in the meantime.
    await putBack();
    throw error;
  } finally {
    await fresh.close();
  }
  return { data: { group: name, members: [], removed, inbox_removed: true }, text: `Removed the group ${name} and its inbox`, brief: name };
};

function stillWaiting(name: string, count: number, [member = 'NAME']: readonly string[]): CommsError {
  return new CommsError('WRONG_STATUS', `${count === 1 ? 'An open message lies' : `${count} open messages lie`} in the inbox of ${name}.`, {
    hint: `comms inbox --as ${member} shows them, since ${member} is a member; finish them first`,
    details: { group: name, open: count },
  });
}
