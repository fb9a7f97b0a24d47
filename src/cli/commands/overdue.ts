import type { Overdue } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { lateness } from '../due.ts';
import { AS_OPTION } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'overdue',
  summary: 'list what was to be answered by now',
  options: [{ ...AS_OPTION, summary: 'only what this agent owes, or is owed (default: everybody)' }],
  examples: [
    { command: 'comms overdue', does: 'Show every answer that is late, the latest first' },
    { command: 'comms overdue --as gpt', does: 'Show what gpt owes, and what others owe gpt' },
    { command: 'comms overdue --as gpt --json', does: 'Hand the same to a program' },
  ],
  notes: [
    'comms send --expected-response 30m says by when an answer is wanted. Overdue is what is open past that time and was\nnot answered by its recipient, or by a member of the group; an ACK is no answer. Nothing is no error.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, notice } = invocation;
  const named = options.text('as');
  const agent = named === undefined ? undefined : invocation.identity();
  const comms = await open();
  const overdue = await comms.overdue(agent === undefined ? {} : { agent });
  if (overdue.length === 0)
    notice(agent === undefined ? 'Nothing is overdue.' : `${agent} owes nothing that is overdue, nor is it owed any.`);
  return {
    data: { overdue },
    text: agent === undefined ? linesOf(overdue, invocation) : bySide(agent, overdue, invocation),
    brief: [...new Set(overdue.map(({ message }) => message.id))].join('\n'),
  };
};

/** What it owes, then what it is owed; what it wrote into an inbox of its own is owed to itself. */
function bySide(agent: string, overdue: readonly Overdue[], invocation: Invocation): string {
  const owed = overdue.filter(({ message }) => message.sender === agent);
  const owes = overdue.filter((one) => !owed.includes(one));
  const sections: [title: string, overdue: readonly Overdue[]][] = [
    [`${agent} owes:`, owes],
    [`Others owe ${agent}:`, owed],
  ];
  return sections
    .filter(([, some]) => some.length > 0)
    .map(([title, some]) => `${invocation.style.strong(title)}\n${linesOf(some, invocation)}`)
    .join('\n\n');
}

function linesOf(overdue: readonly Overdue[], { style }: Invocation): string {
  return overdue
    .map(({ message, inbox, due_at, overdue_ms }) => {
      const { id, type, sender, subject, status } = message;
      const facts = [
        style.id(line(id)),
        style.strong(line(type)),
        line(status),
        `${line(sender)} → ${line(inbox)}`,
        style.bad(lateness(overdue_ms)),
      ];
      return `${facts.join('  ')}\n  ${line(subject)}\n  ${style.dim(`due since ${due_at.replace(/\.\d+Z$/, 'Z')}`)}`;
    })
    .join('\n');
}

/** For what must stay on one line. Hand-written messages may lack a field. */
function line(text: unknown): string {
  return visible(text === undefined ? '?' : String(text));
}
