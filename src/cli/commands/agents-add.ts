import { checkAgentName } from '../../message/names.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'agents add',
  summary: 'register an agent and make its inbox',
  arguments: [{ name: 'name', summary: 'a-z, 0-9, - and _, at most 64 characters', required: true }],
  options: [
    { flags: '--description <text>', summary: 'say what the agent does' },
    { flags: '--alias <names>', summary: 'let it be called by these names, too', commas: true },
  ],
  examples: [
    { command: 'comms agents add gemini', does: 'Register gemini' },
    { command: 'comms agents add reviewer --description "reads every change" --alias rev', does: 'Say what it does, with a short name' },
  ],
};

export const run: Run = async ({ args: [name = ''], options, workspace, reread, open }) => {
  checkAgentName(name);
  for (const alias of options.list('alias')) checkAgentName(alias);
  const { root } = workspace();
  const { addAgent } = await import('../../workspace/config-edit.ts');
  await addAgent(root, { name, description: options.text('description'), aliases: options.list('alias') });
  // The store makes inboxes for registered agents only, so it must see the new config.
  reread();
  const { store } = await open();
  await store.addInbox(name);
  if (!store.capabilities.editable) return { data: { agent: name }, text: `Registered ${name}`, brief: name };
  const inbox = `${name}-inbox.md`;
  return { data: { agent: name, inbox }, text: `Registered ${name}; its inbox is ${root}/${inbox}`, brief: name };
};
