import type { BreakerChange } from '../../core/guarded.ts';
import type { Handled } from '../../core/handle-one.ts';
import { CommsError } from '../../errors.ts';
import { formatDuration } from '../../message/duration.ts';
import { matches } from '../../message/filter.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { LEASE_OPTION, leaseFrom } from '../holder.ts';
import { endAfter } from '../watch/end-after.ts';
import { streamFilter, WORK_FILTERS } from '../watch/filter-options.ts';
import { createCommandHandler, KILL_AFTER_MS } from '../work/command-handler.ts';
import { handledEvent, type WorkEvent } from '../work/event-data.ts';
import { breakerWarning, eventText } from '../work/event-text.ts';
import { nothingCame, undone } from '../work/failures.ts';

const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_LATER_MS = 30_000;
/** Until a command that was killed has been seen to be gone. */
const AFTER_KILL_MS = 1_000;

export const spec: CommandSpec = {
  name: 'work',
  summary: 'run a command for each message that comes',
  options: [
    { flags: '--as <agent>', summary: 'work for this agent, and for its groups (default: COMMS_AGENT)', completes: 'agent' },
    { flags: '--exec <command>', summary: 'run this through the shell for each message, which is JSON on its stdin', required: true },
    { flags: '--concurrency <count>', summary: 'how many messages at a time', value: 'integer', default: 1 },
    { flags: '--once', summary: 'end with the first message; the exit status says what became of it' },
    { flags: '--drain', summary: 'end when nothing is waiting any more' },
    {
      flags: '--timeout <duration>',
      summary: 'end when nothing came for so long; with exit status 4 where nothing came at all',
      value: 'duration',
    },
    LEASE_OPTION,
    { flags: '--time-limit <duration>', summary: 'end a command that runs for longer; it has failed then', value: 'duration' },
    { flags: '--retry-after <duration>', summary: 'how long a message waits after status 75 (default: 30s)', value: 'duration' },
    { flags: '--grace <duration>', summary: 'how long commands may go on after Ctrl-C (default: 10s)', value: 'duration' },
    ...WORK_FILTERS,
  ],
  examples: [
    { command: 'comms work --as gpt --exec ./handler.sh', does: 'Hand over each message, the most urgent first, until Ctrl-C' },
    { command: "comms work --as gpt --type BUG_REPORT --concurrency 3 --exec 'my-agent --fix'", does: 'Let three at a time fix bugs' },
    { command: 'comms work --as gpt --drain --json --exec ./handler.sh', does: 'From cron: all that waits, a line of JSON for each event' },
    {
      command: `comms work --as gpt --once --timeout 5m --exec 'comms reply "$COMMS_MESSAGE_ID" --details "On it." --done'`,
      does: 'Answer one message; the command may settle it itself',
    },
  ],
  notes: [
    'The exit status of the command decides:\n  0      done; what it printed (its last 4 KB) is the result\n  65     rejected: to the dead letters, without another attempt\n  75     not now: given back with its attempt, for --retry-after\n  else   failed: with the end of its stderr, again after a back-off',
    'What the command did with the message itself (comms done, reply --done, fail) stays.',
    'Its environment has COMMS_AGENT (so that comms in it acts as the agent),\nCOMMS_WORKSPACE, COMMS_MESSAGE_ID, COMMS_MESSAGE_TYPE, COMMS_MESSAGE_SENDER,\nCOMMS_LEASE_TOKEN and COMMS_EVENT=claimed. Nothing of a message is put into the\ncommand line; put quotes around the variables.',
    'The lease is extended while the command runs. Where it is lost all the same the\ncommand is ended, and its result is not taken.',
    'After 5 failures in a row (breaker of config.json) nothing is claimed for a minute;\nthen one message is tried. All workers of the agent with the same --exec share\nthis, and a restart does not forget it. With --once or --drain it is CIRCUIT_OPEN, exit 5.',
    'Ctrl-C or SIGTERM: nothing more is claimed, commands have --grace to end, then they are\nended and their messages given back with the attempt. A second one ends at once.',
    'With --once: 0 done, 1 failed, rejected or given back, 4 nothing came, 5 lease lost.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, signal, now, style, emit, workspace, identity, warn } = invocation;
  const agent = identity();
  const [once, drain, timeoutMs] = [options.flag('once'), options.flag('drain'), options.number('timeout')];
  const command = options.text('exec') ?? '';
  const leaseMs = leaseFrom(invocation);
  const concurrency = once ? 1 : concurrencyFrom(invocation);
  const { type: types = [], ...filter } = streamFilter(options, workspace().settings);
  const comms = await open();

  const end = new AbortController();
  const begun = new Map<string, number>();
  let last: Handled | undefined;
  let callOff: (() => void) | undefined;
  const at = () => new Date(now()).toISOString();
  const tell = (event: WorkEvent) => {
    if (event.event !== 'breaker') return emit(event, options.flag('quiet') ? quietText(event) : eventText(event, style));
    return options.flag('json') ? emit(event, '') : warn(breakerWarning(event));
  };
  const handle = createCommandHandler({ ...commandOptions(invocation, agent), command });

  tell({ event: 'ready', agent, at: at() });
  const handling = await comms.onMessage(
    {
      agent,
      ...(types.length > 0 && { types }),
      filter: matches(filter),
      concurrency,
      ...(leaseMs !== undefined && { leaseMs }),
      graceMs: KILL_AFTER_MS + AFTER_KILL_MS,
      once: drain,
      presence: true,
      breaker: {
        name: command,
        whenOpen: once || drain ? 'refuse' : 'wait',
        onChange: (change: BreakerChange) => tell({ event: 'breaker', agent, ...change, at: at() }),
      },
      signal: end.signal,
      onIdle() {
        if (begun.size === 0 && timeoutMs !== undefined) callOff ??= endAfter(timeoutMs, () => end.abort());
      },
      onHandled(handled) {
        last = handled;
        const { id } = handled.message;
        const durationMs = now() - (begun.get(id) ?? now());
        begun.delete(id);
        tell(handledEvent(handled, { agent, durationMs, at: at() }));
        if (once) end.abort();
      },
    },
    ({ comms: _, ...work }) => {
      callOff?.();
      callOff = undefined;
      begun.set(work.message.id, now());
      tell({ event: 'claimed', agent, message: work.message, at: at() });
      return handle(work);
    },
  );
  const onAbort = () => {
    const graceMs = signal.reason === 'SIGPIPE' ? 0 : (options.number('grace') ?? DEFAULT_GRACE_MS);
    if (begun.size > 0 && graceMs > 0) {
      warn(`${[...begun.keys()].join(', ')} may go on for ${formatDuration(graceMs)}; once more ends it now`);
    }
    void handling.stop({ timeoutMs: graceMs }).catch(() => undefined);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    await handling.done;
  } finally {
    callOff?.();
    signal.removeEventListener('abort', onAbort);
  }
  if (signal.aborted) return undefined;
  if (last === undefined && (once || !drain)) throw nothingCame(agent, timeoutMs);
  const failure = once && last ? undone(last) : undefined;
  if (failure) throw failure;
  return undefined;
};

function commandOptions({ options, workspace, cwd, env, warn }: Invocation, agent: string) {
  return {
    agent,
    workspace: workspace().root,
    cwd,
    env,
    timeLimitMs: options.number('time-limit'),
    laterMs: options.number('retry-after') ?? DEFAULT_LATER_MS,
    warn,
    onStderr(id: string, line: string) {
      if (!options.flag('quiet')) process.stderr.write(`${visible(id)} | ${visible(line)}\n`);
    },
  };
}

/** @throws USAGE */
function concurrencyFrom({ options }: Invocation): number {
  const count = options.number('concurrency') ?? 1;
  if (count >= 1) return count;
  throw new CommsError('USAGE', `--concurrency takes 1 or more; ${count} is less.`, { hint: 'For example: --concurrency 3' });
}

function quietText(event: WorkEvent): string {
  return event.event === 'completed' || event.event === 'settled' ? visible(event.message.id) : '';
}
