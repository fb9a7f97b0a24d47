import { BUILT_IN_TYPES } from '../../message/message.ts';
import type { BriefFacts } from './brief.ts';
import { fenced } from './quotation.ts';

/** The commands that the agent of a brief works with, ready to be copied. */
export function commandSection(facts: BriefFacts): string {
  const commands = [...receiving(facts), ...sending(facts), ...reporting(facts)];
  const width = Math.max(...commands.map(([command]) => command.length).filter((length) => length <= LONGEST_COLUMN));
  const lines = commands.map(([command, does]) => `${command.padEnd(width)}  # ${does}`);
  return ['## How', '', ...advice(facts), '', fenced(lines, 'sh')].join('\n');
}

type Command = [command: string, does: string];

/** Longer commands do not push the comments of all others to the right. */
const LONGEST_COLUMN = 72;

function advice({ rights, tasks }: BriefFacts): string[] {
  if (rights.alone !== undefined) return ['Look into your inbox when you begin and before you end.'];
  const which = tasks.filter(({ status }) => status === 'active').length > 1;
  return [
    'Look into your inbox when you begin, between steps, and before you end. Ask rather than guess, and answer what asks for a response.',
    ...(which ? ['You have several tasks: say with `--metadata task_id=ID` which one a message belongs to.'] : []),
  ];
}

function receiving({ agent, rights }: BriefFacts): Command[] {
  const answers: Command[] = [[`comms reply ID --as ${agent} --details "…" --done`, 'answer it, and finish it']];
  return [
    [`comms inbox --as ${agent}`, 'what waits'],
    [`comms read ID --as ${agent}`, 'a whole message'],
    [`comms claim --as ${agent}`, 'take the most urgent one to work on it'],
    ...(rights.alone === undefined ? answers : []),
    [`comms done ID --as ${agent} --result "…"`, 'finish it'],
    [`comms release ID --as ${agent}`, 'give it back'],
  ];
}

function sending({ agent, rights: { alone, maySendTo, mayBroadcast, types } }: BriefFacts): Command[] {
  if (alone !== undefined) return [];
  const may = (type: string) => types === undefined || types.includes(type);
  const plain = ['QUERY', 'QUESTION', 'INFO', 'RESPONSE'].find(may);
  const shaped = ['COORDINATION', 'DISCOVERY', ...BUILT_IN_TYPES].find((type) => may(type) && type !== plain);
  const [to] = maySendTo;
  const says = '--subject "…" --details "…"';
  const commands: (Command | false | undefined)[] = [
    to !== undefined && may('QUERY') && [`comms ask --as ${agent} --to ${to} ${says} --timeout 10m`, 'ask, and wait for the answer'],
    to !== undefined && plain !== undefined && [`comms send --as ${agent} --to ${to} --type ${plain} ${says}`, 'write, and go on'],
    mayBroadcast && plain !== undefined && [`comms send --as ${agent} --broadcast --type ${plain} ${says}`, 'write to everybody'],
    shaped !== undefined && [`comms template ${shaped}`, 'a message to fill in, of any type'],
    shaped !== undefined && [`comms send --as ${agent} --message FILE`, 'send what you filled in'],
    [`comms wait --as ${agent} --timeout 10m`, 'wait for a message'],
  ];
  return commands.filter((command) => command !== false && command !== undefined);
}

function reporting({ agent, tasks }: BriefFacts): Command[] {
  // Only what a shell takes as it stands; other ids are in the list of tasks.
  const own = tasks.filter(({ id }) => /^[\w.-]+$/.test(id)).slice(0, 5);
  return [
    [`comms heartbeat --as ${agent} --task "…"`, 'say what you are doing'],
    ...own.map(({ id }): Command => [`comms task done ${id} --as ${agent}`, 'the task is finished']),
  ];
}
