import type { AgentHealth } from '../../core/requests.ts';
import { formatDuration } from '../../message/duration.ts';
import { visible } from '../../message/text.ts';
import { countsText, lastSeen, presenceText } from '../agents/presence-text.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { timeLeft } from '../holder.ts';

/** How many ids of one kind are worth a look. */
const SHOWN_IDS = 10;

export const spec: CommandSpec = {
  name: 'agents show',
  summary: 'show how one agent does',
  arguments: [{ name: 'name', summary: 'the agent, or its alias', required: true, completes: 'agent' }],
  examples: [
    { command: 'comms agents show gpt', does: 'Show whether gpt is there, what it holds, what waits for it, and what failed' },
    { command: 'comms agents show gpt --json', does: 'Hand the same to a program' },
  ],
  notes: ['comms inbox --as NAME lists its messages.'],
};

export const run: Run = async (invocation) => {
  const { args, open } = invocation;
  const comms = await open();
  const health = await comms.health(args[0] ?? '');
  return { data: { agent: health }, text: healthText(health, invocation), brief: health.presence };
};

function healthText(agent: AgentHealth, { style, now }: Invocation): string {
  const { oldest_waiting: oldest, last_error: failed, rate_limit: limit } = agent;
  const facts: [name: string, value: string][] = [
    ['also', agent.aliases.join(', ')],
    ['status', visible(agent.status)],
    ['task', visible(agent.current_task ?? '')],
    ['groups', agent.groups.join(', ')],
    ['channels', agent.channels.map((channel) => visible(channel)).join(', ')],
    [
      'oldest waiting',
      oldest ? `${idIn(oldest, agent)}${oldest.age_ms === null ? '' : `, for ${formatDuration(oldest.age_ms)}`}` : 'nothing',
    ],
    ...agent.leases.map((lease): [string, string] => ['works on', `${idIn(lease, agent)} ${endOf(lease.expires_at, now())}`]),
    ['dead letters', idList(agent.dead_letters)],
    ['last error', failed ? `${visible(failed.id)}: ${visible(failed.error)}` : ''],
    ['may send', limit ? limitText(limit) : ''],
  ];
  return [
    `${style.strong(agent.name)}  ${presenceText(agent.presence, style)}  ${style.dim(lastSeen(agent.last_heartbeat, now()))}`,
    ...(agent.description ? [visible(agent.description)] : []),
    countsText(agent, style),
    ...facts.filter(([, value]) => value !== '').map(([name, value]) => `${style.dim(`${name}:`)} ${value}`),
  ].join('\n');
}

function idIn({ id, inbox }: { id: string; inbox: string }, { name }: AgentHealth): string {
  return inbox === name ? visible(id) : `${visible(id)} (${inbox})`;
}

function endOf(expiresAt: string | null, now: number): string {
  return expiresAt === null ? 'without end' : `until ${visible(seconds(expiresAt))} (${timeLeft(expiresAt, now)})`;
}

/** Without the fraction of a second. */
function seconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}

function idList(ids: readonly string[]): string {
  const more = ids.length > SHOWN_IDS ? ` and ${ids.length - SHOWN_IDS} more` : '';
  return `${ids
    .slice(0, SHOWN_IDS)
    .map((id) => visible(id))
    .join(', ')}${more}`;
}

function limitText({ tokens, capacity, retry_after_ms, retry_at }: NonNullable<AgentHealth['rate_limit']>): string {
  return retry_after_ms > 0 ? `nothing until ${seconds(retry_at)}` : `${tokens} of ${capacity} at once`;
}
