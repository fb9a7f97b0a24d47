import type { Comms } from '../../core/api.ts';
import type { SendRequest } from '../../core/context.ts';
import { groupOf } from '../../core/groups.ts';
import type { Preview } from '../../core/requests.ts';
import type { Verdict } from '../../orchestrator/verdict.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { identityIfAny, requireOptions } from '../holder.ts';
import { messageText } from '../layout.ts';
import { BODY_OPTIONS, bodyFrom, exclude, givenOf, refuseTwoSenders, SENDER_OPTIONS, sentOutcome } from '../message-options.ts';
import { WAIT_OPTIONS, waitFrom } from '../wait-options.ts';

const WHOLE = '--message <file>';
/** What else may be said of a whole message. */
const BESIDE_WHOLE = ['idempotency-key', 'allow-sensitive', 'wait', 'wait-timeout'];

export const spec: CommandSpec = {
  name: 'send',
  summary: 'send a message to an agent, to several, or to all',
  options: [
    ...SENDER_OPTIONS,
    { flags: '--to <agents>', summary: 'the recipient, an agent or a group; several with commas', commas: true, completes: 'agent' },
    { flags: '--group <groups>', summary: 'write to the shared inbox of this group', commas: true, completes: 'group' },
    { flags: '--broadcast', summary: 'send it to every agent but the sender' },
    { flags: '--channel <name>', summary: 'send it to who reads this channel; with --to or --broadcast, label it', completes: 'channel' },
    ...BODY_OPTIONS,
    ...WAIT_OPTIONS,
    { flags: WHOLE, summary: 'send the whole message that this file holds as JSON; - reads stdin', completes: 'file' },
    { flags: '--dry-run', summary: 'check it and show it, and send nothing' },
  ],
  examples: [
    { command: 'comms send --from claude --to gpt --type INFO --subject "Hello" --details "Up and running"', does: 'Tell gpt something' },
    {
      command:
        'comms send --from gpt --to claude --type FIX_REQUEST --priority high --subject "Fix login" --details-file report.md --context files=src/login.ts --ref 7',
      does: 'Ask for a fix, with what the type asks for in its context',
    },
    {
      command: 'git log -1 | comms send --from gpt --broadcast --type INFO --subject "Merged" --details -',
      does: 'Tell everybody, from stdin',
    },
    {
      command: 'comms send --from claude --group reviewers --type CODE_CHANGE --subject "Login" --details-file change.md',
      does: 'Let whoever of the group is free take it',
    },
    {
      command: 'comms send --from claude --channel backend --type INFO --subject "Deployed" --details "v2 is up"',
      does: 'Tell everybody who reads the channel',
    },
    { command: 'comms send --message question.json --dry-run', does: 'Check a whole message, such as comms template prints' },
  ],
  notes: [
    'With --message, only --from, --idempotency-key, --allow-sensitive, --wait and --dry-run may stand beside\nit; the sender may be left out where the message names it.',
    'comms schema TYPE shows what a type asks for, comms template TYPE an example.',
  ],
};

export const run: Run = async (invocation) => {
  const { comms, request, warnings } = await requestFrom(invocation, spec);
  if (invocation.options.flag('dry-run')) return dryRun(invocation, await comms.preview(request), warnings);
  const sent = await comms.send(request, waitFrom(invocation));
  return sentOutcome({ ...sent, warnings: [...warnings, ...sent.warnings] });
};

/** What the command line wants to be sent, by a command that takes the options of `send`. @throws USAGE, and what `open` throws */
export async function requestFrom(
  invocation: Invocation,
  of: CommandSpec,
  defaults: { type?: string } = {},
): Promise<{ comms: Comms; request: SendRequest; warnings: string[] }> {
  const { options, open } = invocation;
  refuseTwoSenders(options);
  const whole = options.text('message') !== undefined;
  const read = whole ? await wholeMessage(invocation, of) : await fromOptions(invocation, of, defaults);
  const comms = await open();
  return { comms, ...(await read(comms)) };
}

type Read = (comms: Comms) => Promise<{ request: SendRequest; warnings: string[] }>;

async function fromOptions(invocation: Invocation, of: CommandSpec, defaults: { type?: string }): Promise<Read> {
  const { options, identity, workspace } = invocation;
  const groups = options.list('group');
  const named = [...options.list('to'), ...groups];
  const broadcast = options.flag('broadcast');
  if (broadcast && named.length > 0) throw exclude(groups.length === named.length ? '--group' : '--to', '--broadcast');
  const [type = defaults.type, subject, channel] = [options.text('type'), options.text('subject'), options.text('channel')];
  requireOptions(of, [
    ...(named.length === 0 && !broadcast && channel === undefined ? ['to'] : []),
    ...(type === undefined ? ['type'] : []),
    ...(subject === undefined ? ['subject'] : []),
  ]);
  const from = identity();
  const { settings } = workspace();
  for (const group of groups) groupOf(settings, group);
  const to = broadcast ? 'broadcast' : named.length > 0 ? named : undefined;
  const body = await bodyFrom(invocation);
  const request: SendRequest = {
    ...body,
    from,
    ...(to !== undefined && { to }),
    type: type ?? '',
    subject: subject ?? '',
    ...(channel !== undefined && { channel }),
  };
  return async () => ({ request, warnings: [] });
}

async function wholeMessage(invocation: Invocation, of: CommandSpec): Promise<Read> {
  const { options, readInput } = invocation;
  const others = (of.options ?? []).filter(
    (option) => !SENDER_OPTIONS.includes(option) && option.flags !== WHOLE && option.flags !== '--dry-run',
  );
  const [other] = givenOf(options, others).filter((name) => !BESIDE_WHOLE.includes(name));
  if (other !== undefined) throw exclude('--message', `--${other}`, 'Put it into the message itself.');
  const from = identityIfAny(invocation);
  const key = options.text('idempotency-key');
  const text = await readInput(options.text('message') ?? '-');
  return async (comms) => {
    const { request, warnings } = await comms.requestFromJson(text, from === undefined ? {} : { from });
    const more = { ...(key !== undefined && { idempotencyKey: key }), ...(options.flag('allow-sensitive') && { allowSensitive: true }) };
    return { request: { ...request, ...more }, warnings };
  };
}

export function dryRun({ style, now }: Invocation, preview: Preview, more: string[]): Outcome {
  const { message, recipients, warnings, outcome, mode, verdicts, conflicts, limited } = preview;
  const would = { deliver: 'Would send', hold: 'Would hold for a decision, and not send', refuse: 'Would refuse, and not send' }[outcome];
  return {
    data: { message, deliveries: [], recipients, dry_run: true, outcome, mode, verdicts, conflicts, ...(limited && { limited }) },
    text: `${would} to ${recipients.join(', ')}:\n\n${messageText(message, { style, now: now() })}`,
    brief: '',
    warnings: [...more, ...warnings, ...verdicts.flatMap((verdict) => saidOf(verdict, limited))],
  };
}

function saidOf({ rule, reason, hint }: Verdict, limited: Preview['limited']): string[] {
  if (rule === 'rate' && limited) return [`The rate limit of ${limited.limit} would refuse it until ${limited.retry_at}.`];
  return reason === undefined ? [] : [[reason, hint].join(' ').trim()];
}
