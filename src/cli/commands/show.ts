import type { Place } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { shortName } from '../history/log-text.ts';
import { ID_ARGUMENT, withMessageId } from '../holder.ts';
import { messageText } from '../layout.ts';

export const spec: CommandSpec = {
  name: 'show',
  summary: 'show a message as it was in a commit',
  arguments: [ID_ARGUMENT],
  options: [
    { flags: '--at <revision>', summary: 'the commit, branch or tag', default: 'HEAD' },
    { flags: '--inbox <agent>', summary: 'its copy in this inbox, where there are several', completes: 'agent' },
  ],
  examples: [
    { command: 'comms show msg-012 --at HEAD~3', does: 'Show what it said three commits ago' },
    { command: 'comms show 12 --at main --json', does: 'Print the message as main has it' },
  ],
  notes: [
    'The id is the one it had then; a message that got another id since is found by its uid. comms read shows it as it is now, comms log what happened in between.',
  ],
};

export const run: Run = async ({ args, options, open, style, now }) => {
  const inbox = options.text('inbox');
  const revision = options.text('at') ?? 'HEAD';
  const comms = await open();
  const shown = await withMessageId(args[0] ?? '', (id) =>
    comms.showAt({ id, revision, ...(inbox !== undefined && { inbox: inbox.toLowerCase() }) }),
  );
  const { message, place, others, commit, author, time } = shown;
  return {
    data: { message, place, others, commit, author, time },
    text: [
      messageText(message, { style, now: now() }, place),
      '',
      `${style.dim('as of:')} ${shortName(commit)}, ${visible(time)}, ${visible(author)}`,
      `${style.dim('found in:')} ${[place, ...others].map(placeText).join('; ')}`,
    ].join('\n'),
    brief: message.id,
  };
};

function placeText({ inbox, section, file }: Place): string {
  const where = section === 'active' ? '' : section === 'dead' ? ', dead letter' : `, ${section}`;
  return visible(`${inbox}${where}${file === undefined ? '' : ` (${file})`}`);
}
