import { CommsError } from '../../errors.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { ringBell } from '../watch/bell.ts';
import { endAfter } from '../watch/end-after.ts';
import { isArrival, type MessageEvent, watchEvent } from '../watch/event-data.ts';
import { eventText } from '../watch/event-text.ts';
import { STREAM_FILTERS, streamFilter } from '../watch/filter-options.ts';
import type { Exec } from '../watch/run-exec.ts';

export const spec: CommandSpec = {
  name: 'watch',
  summary: 'show what waits, then each message as it comes',
  options: [
    { flags: '--as <agent>', summary: 'watch the inbox of this agent (default: COMMS_AGENT)', completes: 'agent' },
    { flags: '--all', summary: 'watch every inbox' },
    { flags: '--once', summary: 'end with the first arrival' },
    { flags: '--timeout <duration>', summary: 'end after this time; with exit status 4 where nothing arrived', value: 'duration' },
    { flags: '--exec <command>', summary: 'run this through the shell for each arrival, with the message as JSON on its stdin' },
    { flags: '--waiting', summary: 'let what is PENDING at the start count as arrivals, too' },
    { flags: '--bell', summary: "ring the terminal's bell for each arrival" },
    { flags: '--notify', summary: 'show a notice on the desktop for each arrival' },
    ...STREAM_FILTERS,
  ],
  examples: [
    { command: 'comms watch --as claude', does: 'Keep it open in a pane beside your work' },
    { command: 'comms watch --as gpt --once --timeout 10m', does: 'Wait for the next message, at most ten minutes' },
    { command: 'comms watch --all --status COMPLETED --json', does: 'One line of JSON for each message that gets done' },
    {
      command: 'comms watch --as gpt --waiting --exec \'comms read "$COMMS_MESSAGE_ID" | my-agent\'',
      does: 'Hand over each message that waits or comes, one after another',
    },
  ],
  notes: [
    'An arrival is a message that comes into the inbox, whoever put it there: comms, an editor, cat >>, git. With\n--status also one that changes to such a status.',
    '--exec is run for arrivals only: not for what waited at the start, unless --waiting is given. The commands run one\nafter another. Their environment has COMMS_EVENT, COMMS_AGENT (whose inbox it is), COMMS_WORKSPACE,\nCOMMS_MESSAGE_ID, COMMS_MESSAGE_TYPE and COMMS_MESSAGE_SENDER; nothing of a message is put into the command line.\nA command that fails is reported, and watching goes on. With --json it prints on stderr.',
    'What was to be answered by now and was not is told once as overdue: after ready, and when its time comes. It is no\narrival.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, workspace, open, signal, now, style, emit, warn } = invocation;
  const { settings } = workspace();
  const agent = agentOf(invocation);
  const filter = streamFilter(options, settings);
  const arrivalsAre = { statuses: filter.status ?? [], waiting: options.flag('waiting') };
  const limit = options.number('timeout');
  const comms = await open();

  const end = new AbortController();
  let arrivals = 0;
  let callOff = () => {};
  const onArrival = await reactions(invocation);

  await comms.watch({
    ...(agent !== null && { agent }),
    filter,
    signal: AbortSignal.any([signal, end.signal]),
    onEvent(happened) {
      // The store may have several to tell at one look.
      if (end.signal.aborted || signal.aborted) return;
      const event = watchEvent(happened, agent, new Date(now()).toISOString());
      if (event.event === 'error' && !options.flag('json')) warn(event.error);
      else emit(event, options.flag('quiet') ? quietText(isArrival(event, arrivalsAre) ? event : undefined) : eventText(event, style));
      if (event.event === 'ready' && limit !== undefined) callOff = endAfter(limit, () => end.abort());
      if (!isArrival(event, arrivalsAre)) return;
      arrivals += 1;
      onArrival.tell(event);
      if (options.flag('once')) end.abort();
    },
    onOverdue({ message, inbox, due_at }) {
      if (end.signal.aborted || signal.aborted) return;
      const event = { event: 'overdue', agent: inbox, message, due_at, at: new Date(now()).toISOString() } as const;
      emit(event, options.flag('quiet') ? '' : eventText(event, style));
    },
  });
  callOff();
  // Who interrupts does not want to wait for a command; who set a limit wants what arrived to be dealt with.
  if (!signal.aborted) await onArrival.exec?.settled();
  if (arrivals > 0 || signal.aborted) return undefined;
  throw new CommsError('TIMEOUT', `Nothing arrived for ${agent ?? 'anybody'} within ${(limit ?? 0) / 1000} s.`, {
    hint: agent === null ? 'Run "comms status" to see what is there.' : `Run "comms inbox --as ${agent}" to see what is there.`,
    details: { agent },
  });
};

/** null for every inbox. @throws USAGE, NO_IDENTITY, UNKNOWN_AGENT */
function agentOf({ options, identity }: Invocation): string | null {
  if (!options.flag('all')) return identity();
  if (options.text('as') === undefined) return null;
  throw new CommsError('USAGE', '--as and --all exclude each other.', { hint: 'Leave one of them out.' });
}

/** What is done about each arrival, beside printing it. Loaded only where it is asked for. */
async function reactions({
  options,
  workspace,
  cwd,
  env,
  signal,
  warn,
}: Invocation): Promise<{ tell: (event: MessageEvent) => void; exec?: Exec }> {
  const command = options.text('exec');
  const exec =
    command === undefined
      ? undefined
      : (await import('../watch/run-exec.ts')).createExec({
          command,
          workspace: workspace().root,
          cwd,
          env,
          signal,
          warn,
          stdoutIsTaken: options.flag('json'),
        });
  const notify = options.flag('notify') ? (await import('../watch/desktop-notice.ts')).createNotice({ warn }) : undefined;
  return {
    tell(event) {
      if (options.flag('bell')) ringBell();
      notify?.(event);
      exec?.run(event);
    },
    ...(exec && { exec }),
  };
}

function quietText(arrival: MessageEvent | undefined): string {
  return arrival === undefined ? '' : String(arrival.message.id);
}
