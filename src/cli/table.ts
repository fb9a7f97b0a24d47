import type { CommandModule } from './command.ts';

export type Group = 'Start' | 'Send and answer' | 'Read' | 'Work on messages' | 'Listen' | 'Look after the workspace';

/** A command as the overview shows it. Its file is imported only when it is called. */
export interface CommandEntry {
  /** As in the command's spec; a test compares them. */
  name: string;
  summary: string;
  load: () => Promise<CommandModule>;
}

/** Every command, in the order of the overview. */
export const COMMANDS: Record<Group, CommandEntry[]> = {
  Start: [
    { name: 'init', summary: 'make a workspace here', load: () => import('./commands/init.ts') },
    { name: 'where', summary: 'show which workspace is used, and why', load: () => import('./commands/where.ts') },
    { name: 'agents list', summary: 'list the registered agents', load: () => import('./commands/agents-list.ts') },
    { name: 'agents add', summary: 'register an agent and make its inbox', load: () => import('./commands/agents-add.ts') },
    { name: 'agents remove', summary: 'take an agent and its empty inbox away', load: () => import('./commands/agents-remove.ts') },
  ],
  'Send and answer': [
    { name: 'template', summary: 'print a message of a type to fill in', load: () => import('./commands/template.ts') },
    { name: 'schema', summary: 'print the JSON Schema of a message type', load: () => import('./commands/schema.ts') },
  ],
  Read: [],
  'Work on messages': [],
  Listen: [
    { name: 'watch', summary: 'show what waits, then each message as it comes', load: () => import('./commands/watch.ts') },
    { name: 'wait', summary: 'wait for a message, and print it', load: () => import('./commands/wait.ts') },
  ],
  'Look after the workspace': [
    { name: 'archive', summary: 'move completed messages to the archive', load: () => import('./commands/archive.ts') },
    { name: 'sweep', summary: 'put down leases that ran out and messages that expired', load: () => import('./commands/sweep.ts') },
    { name: 'validate', summary: 'check messages, inboxes or the whole workspace', load: () => import('./commands/validate.ts') },
    { name: 'doctor', summary: 'find what is wrong with the workspace, and mend it', load: () => import('./commands/doctor.ts') },
    { name: 'completion', summary: 'print a completion script for a shell', load: () => import('./commands/completion.ts') },
  ],
};

export const ALL_COMMANDS: CommandEntry[] = Object.values(COMMANDS).flat();
