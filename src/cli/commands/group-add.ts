import { checkAgentName } from '../../message/names.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'group add',
  summary: 'make a group with a shared inbox, or add members to one',
  arguments: [{ name: 'name', summary: 'a-z, 0-9, - and _, at most 64 characters; no agent has it', required: true, completes: 'group' }],
  options: [
    { flags: '--members <agents>', summary: 'who takes messages from its inbox; several with commas', commas: true, completes: 'agent' },
    { flags: '--description <text>', summary: 'say what the group is for' },
  ],
  examples: [
    { command: 'comms group add reviewers --members gpt,gemini --description "reads every change"', does: 'Make a group of two' },
    { command: 'comms group add reviewers --members claude', does: 'Add a third' },
  ],
  notes: ['Members compete for each message: whoever claims it has it. Who is a member already stays one.'],
};

export const run: Run = async ({ args: [name = ''], options, workspace, reread, open }) => {
  checkAgentName(name, 'a group');
  const { root } = workspace();
  const { addToGroup } = await import('../../workspace/group-edit.ts');
  const { members, changed, created } = await addToGroup(root, {
    name,
    members: options.list('members'),
    description: options.text('description'),
  });
  // The store must see the new config.
  reread();
  const { store } = await open();
  await store.addInbox(name);
  const who = members.join(', ');
  const inbox = store.capabilities.editable ? `${name}-inbox.md` : undefined;
  const where = inbox === undefined ? '' : `; its inbox is ${root}/${inbox}`;
  return {
    data: { group: name, members, added: changed, created, ...(inbox !== undefined && { inbox }) },
    text: created ? `Made the group ${name} of ${who}${where}` : `The members of ${name} are ${who}`,
    brief: name,
  };
};
