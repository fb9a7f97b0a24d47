import type { CommandSpec, Run } from '../command.ts';
import { registeredAgent } from '../identity.ts';

export const spec: CommandSpec = {
  name: 'agents remove',
  summary: 'take an agent and its empty inbox away',
  arguments: [{ name: 'name', summary: 'a registered agent', required: true, completes: 'agent' }],
  options: [{ flags: '--force', summary: 'remove it although open messages lie in its inbox; the inbox then stays' }],
  examples: [
    { command: 'comms agents remove gemini', does: 'Remove gemini; refuse while open messages wait for it' },
    { command: 'comms agents remove gemini --force', does: 'Remove it all the same, and leave its inbox to be read' },
  ],
};

export const run: Run = async ({ args: [wanted = ''], options, workspace, open }) => {
  const { root, settings } = workspace();
  const name = registeredAgent(wanted, settings);
  const { store } = await open();
  const kept = options.flag('force') && (await store.list({ inboxes: [name], sections: ['active', 'archived'] })).length > 0;
  if (!kept) await store.removeInbox(name);
  const { removeAgent } = await import('../../workspace/config-edit.ts');
  await removeAgent(root, name);
  const text = kept ? `Removed ${name}; its messages stay in ${root}/${name}-inbox.md` : `Removed ${name} and its inbox`;
  return { data: { agent: name, inbox_kept: kept }, text, brief: name };
};
