import type { CommandModule } from './command.ts';

export type Group =
  | 'Start'
  | 'Send and answer'
  | 'Read'
  | 'Work on messages'
  | 'Listen'
  | 'Orchestrate'
  | 'Keep in git'
  | 'Look after the workspace';

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
    { name: 'agents list', summary: 'list the registered agents, and who is there', load: () => import('./commands/agents-list.ts') },
    { name: 'agents show', summary: 'show how one agent does', load: () => import('./commands/agents-show.ts') },
    { name: 'agents add', summary: 'register an agent and make its inbox', load: () => import('./commands/agents-add.ts') },
    { name: 'agents remove', summary: 'take an agent out of the workspace', load: () => import('./commands/agents-remove.ts') },
    {
      name: 'group list',
      summary: 'list the groups, their members, and what waits for them',
      load: () => import('./commands/group-list.ts'),
    },
    {
      name: 'group add',
      summary: 'make a group with a shared inbox, or add members to one',
      load: () => import('./commands/group-add.ts'),
    },
    { name: 'group remove', summary: 'take a group away, or members out of it', load: () => import('./commands/group-remove.ts') },
    { name: 'channel list', summary: 'list the channels and who reads them', load: () => import('./commands/channel-list.ts') },
    { name: 'channel subscribe', summary: 'read a channel from now on', load: () => import('./commands/channel-subscribe.ts') },
    { name: 'channel unsubscribe', summary: 'stop reading a channel', load: () => import('./commands/channel-unsubscribe.ts') },
    { name: 'demo', summary: 'let two agents mend a bug, step by step', load: () => import('./commands/demo.ts') },
  ],
  'Send and answer': [
    { name: 'send', summary: 'send a message to an agent, to several, or to all', load: () => import('./commands/send.ts') },
    { name: 'ask', summary: 'send a message and wait for its answer', load: () => import('./commands/ask.ts') },
    { name: 'reply', summary: 'answer a message', load: () => import('./commands/reply.ts') },
    { name: 'ack', summary: 'acknowledge a message', load: () => import('./commands/ack.ts') },
    { name: 'template', summary: 'print a message of a type to fill in', load: () => import('./commands/template.ts') },
    { name: 'schema', summary: 'print the JSON Schema of a message type', load: () => import('./commands/schema.ts') },
  ],
  Read: [
    { name: 'inbox', summary: 'list what waits for you', load: () => import('./commands/inbox.ts') },
    { name: 'read', summary: 'show a whole message', load: () => import('./commands/read.ts') },
    { name: 'thread', summary: 'show the messages that belong together', load: () => import('./commands/thread.ts') },
    { name: 'track', summary: 'show what became of a message', load: () => import('./commands/track.ts') },
    { name: 'sent', summary: 'list what you sent, and what became of it', load: () => import('./commands/sent.ts') },
    { name: 'search', summary: 'find messages by what they say', load: () => import('./commands/search.ts') },
    { name: 'status', summary: 'show where everything stands', load: () => import('./commands/status.ts') },
  ],
  'Work on messages': [
    { name: 'claim', summary: 'take a message to work on it', load: () => import('./commands/claim.ts') },
    { name: 'done', summary: 'finish a message', load: () => import('./commands/done.ts') },
    { name: 'fail', summary: 'say that working on a message failed', load: () => import('./commands/fail.ts') },
    { name: 'release', summary: 'give a claimed message back', load: () => import('./commands/release.ts') },
    { name: 'extend', summary: 'keep a claimed message for longer', load: () => import('./commands/extend.ts') },
    { name: 'block', summary: 'set a message aside until something else is there', load: () => import('./commands/block.ts') },
    { name: 'unblock', summary: 'let a blocked message go on', load: () => import('./commands/unblock.ts') },
  ],
  Listen: [
    { name: 'watch', summary: 'show what waits, then each message as it comes', load: () => import('./commands/watch.ts') },
    { name: 'work', summary: 'run a command for each message that comes', load: () => import('./commands/work.ts') },
    { name: 'heartbeat', summary: 'say that you are there, and what you do', load: () => import('./commands/heartbeat.ts') },
    { name: 'wait', summary: 'wait for a message, and print it', load: () => import('./commands/wait.ts') },
  ],
  Orchestrate: [
    { name: 'held list', summary: 'list the messages that wait for a decision', load: () => import('./commands/held-list.ts') },
    { name: 'held read', summary: 'show a held message, and why it is one', load: () => import('./commands/held-read.ts') },
    { name: 'held release', summary: 'let held messages go to their recipients', load: () => import('./commands/held-release.ts') },
    {
      name: 'held reject',
      summary: 'keep held messages from their recipients, and tell the sender why',
      load: () => import('./commands/held-reject.ts'),
    },
    { name: 'reserve', summary: 'reserve files while you work on them', load: () => import('./commands/reserve.ts') },
    { name: 'unreserve', summary: 'give reserved files back', load: () => import('./commands/unreserve.ts') },
    { name: 'reservations', summary: 'list who has reserved which files, or check some', load: () => import('./commands/reservations.ts') },
    { name: 'ready', summary: 'tell those who wait for something that it is ready', load: () => import('./commands/ready.ts') },
    { name: 'phase list', summary: 'list the phases of the plan, and how far they are', load: () => import('./commands/phase-list.ts') },
    { name: 'phase start', summary: 'start a phase of the plan, and its tasks with it', load: () => import('./commands/phase-start.ts') },
    { name: 'phase pause', summary: 'stop the messages of an active phase for a while', load: () => import('./commands/phase-pause.ts') },
    { name: 'phase resume', summary: 'let a paused phase go on', load: () => import('./commands/phase-resume.ts') },
    { name: 'phase end', summary: 'end a phase of the plan', load: () => import('./commands/phase-end.ts') },
    { name: 'plan check', summary: 'find what is wrong with the plan', load: () => import('./commands/plan-check.ts') },
    { name: 'task list', summary: 'list the tasks of the plan, and what they wait for', load: () => import('./commands/task-list.ts') },
    { name: 'task done', summary: 'say that a task of the plan is done', load: () => import('./commands/task-done.ts') },
    { name: 'brief', summary: "print what an agent must know, for a subagent's prompt", load: () => import('./commands/brief.ts') },
    { name: 'overdue', summary: 'list what was to be answered by now', load: () => import('./commands/overdue.ts') },
    { name: 'stats', summary: 'show figures of the traffic between agents', load: () => import('./commands/stats.ts') },
    { name: 'report', summary: 'report on the traffic, and what could be better', load: () => import('./commands/report.ts') },
    { name: 'check', summary: 'show what every check says of a message, without sending it', load: () => import('./commands/check.ts') },
  ],
  'Keep in git': [
    {
      name: 'commit',
      summary: 'commit the workspace, and nothing else, with a message that says what happened',
      load: () => import('./commands/commit.ts'),
    },
    { name: 'sync', summary: 'commit, merge what a remote has, and push', load: () => import('./commands/sync.ts') },
    {
      name: 'git guard',
      summary: 'check a commit before it is made: the workspace, and reserved files',
      load: () => import('./commands/git-guard.ts'),
    },
    { name: 'log', summary: 'show what happened to messages, commit by commit', load: () => import('./commands/log.ts') },
    { name: 'show', summary: 'show a message as it was in a commit', load: () => import('./commands/show.ts') },
    { name: 'diff', summary: 'show what differs between two revisions, message by message', load: () => import('./commands/diff.ts') },
    { name: 'git setup', summary: 'let git merge inboxes message by message', load: () => import('./commands/git-setup.ts') },
    {
      name: 'git check',
      summary: 'find what keeps git from merging messages in this clone',
      load: () => import('./commands/git-check.ts'),
    },
    {
      name: 'git reconcile',
      summary: 'settle what a merge left behind in the workspace',
      load: () => import('./commands/git-reconcile.ts'),
    },
    {
      name: 'git merge-driver',
      summary: 'merge one file of the workspace; git calls it',
      load: () => import('./commands/git-merge-driver.ts'),
    },
  ],
  'Look after the workspace': [
    { name: 'dead list', summary: 'list the dead letters', load: () => import('./commands/dead-list.ts') },
    { name: 'dead read', summary: 'show a dead letter, and why it is one', load: () => import('./commands/dead-read.ts') },
    { name: 'dead redrive', summary: 'put dead letters back into their inboxes', load: () => import('./commands/dead-redrive.ts') },
    { name: 'dead purge', summary: 'delete dead letters for good', load: () => import('./commands/dead-purge.ts') },
    { name: 'archive', summary: 'move completed messages to the archive', load: () => import('./commands/archive.ts') },
    {
      name: 'replay',
      summary: 'send messages that are there once more, to an agent of your choice',
      load: () => import('./commands/replay.ts'),
    },
    { name: 'sweep', summary: 'put down what is due, and clean up what is old', load: () => import('./commands/sweep.ts') },
    { name: 'validate', summary: 'check messages, inboxes or the whole workspace', load: () => import('./commands/validate.ts') },
    { name: 'doctor', summary: 'find what is wrong with the workspace, and mend it', load: () => import('./commands/doctor.ts') },
    {
      name: 'simulate',
      summary: 'let many processes write to each other, and count what is lost',
      load: () => import('./commands/simulate.ts'),
    },
    { name: 'export', summary: 'write everything into a directory, as inbox files', load: () => import('./commands/export.ts') },
    { name: 'import', summary: 'put the messages of inbox files into this workspace', load: () => import('./commands/import.ts') },
    { name: 'migrate', summary: 'move the workspace to another store', load: () => import('./commands/migrate.ts') },
    { name: 'completion', summary: 'print a completion script for a shell', load: () => import('./commands/completion.ts') },
  ],
};

export const ALL_COMMANDS: CommandEntry[] = Object.values(COMMANDS).flat();
