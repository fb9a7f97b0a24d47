import { CommsError } from '../../errors.ts';
import { GENERAL } from '../../store/subscriptions.ts';
import type { CommandSpec, Run } from '../command.ts';
import { registeredAgent } from '../identity.ts';

export const spec: CommandSpec = {
  name: 'agents remove',
  summary: 'take an agent out of the workspace',
  arguments: [{ name: 'name', summary: 'a registered agent', required: true, completes: 'agent' }],
  options: [{ flags: '--force', summary: 'remove it although open messages wait for it' }],
  examples: [
    { command: 'comms agents remove gemini', does: 'Remove gemini; refuse while open messages wait for it' },
    { command: 'comms agents remove gemini --force', does: 'Remove it all the same' },
  ],
  notes: [
    'Completed messages go to archive/, and the inbox goes. With --force and open messages in it, it stays to be read.',
    'It leaves its groups and channels; the last member of a group is not removed.',
  ],
};

export const run: Run = async ({ args: [wanted = ''], options, cwd, env, workspace, reread, open }) => {
  const { root, settings } = workspace();
  const name = registeredAgent(wanted, settings);
  const { store } = await open();
  const waiting = await store.list({ inboxes: [name], filter: ({ status }) => status !== 'COMPLETED' });
  if (waiting.length > 0 && !options.flag('force')) throw stillWaiting(name, waiting.length);

  // Whoever gets the name next did not ask for any of these.
  const read = (await store.subscriptions()).filter(({ agent, channel }) => agent === name && channel !== GENERAL);
  const { removeAgent } = await import('../../workspace/config-edit.ts');
  const { groups } = await removeAgent(root, name);
  // Opened anew, so that status.json is written without the agent.
  const { openComms } = await import('../../comms.ts');
  const fresh = await openComms({ cwd, env, workspace: reread() });
  const kept = waiting.length > 0;
  await (kept ? fresh.store.sweep() : fresh.store.removeInbox(name));
  for (const { channel } of read) await fresh.store.unsubscribe(channel, name);
  await fresh.close();
  const place = fresh.store.capabilities.editable ? `${root}/${name}-inbox.md` : 'the database';
  const text = kept ? `Removed ${name}; its messages stay in ${place}` : `Removed ${name} and its inbox`;
  const left = groups.length === 0 ? '' : `\nIt is no longer a member of ${groups.join(', ')}`;
  return { data: { agent: name, inbox_kept: kept, groups }, text: text + left, brief: name };
};

function stillWaiting(name: string, count: number): CommsError {
  return new CommsError('WRONG_STATUS', `${count === 1 ? 'An open message waits' : `${count} open messages wait`} for ${name}.`, {
    hint: `comms inbox --as ${name} shows what waits; --force removes the agent all the same`,
    details: { agent: name, open: count },
  });
}
