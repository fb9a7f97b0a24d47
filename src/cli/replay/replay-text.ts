import type { Replay } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { Style } from '../style.ts';
import { textTable } from '../text-table.ts';

/** What was sent, or would be, a line for each; the first column is the new id, where there is one. */
export function replayText(replays: readonly Replay[], { to, dryRun, style }: { to: string; dryRun: boolean; style: Style }): string {
  const sent = replays.filter(({ outcome }) => outcome === 'delivered' || outcome === 'ready');
  const others = replays.filter(({ outcome }) => outcome === 'duplicate' || outcome === 'held');
  const head = sent.length > 0 ? [`${dryRun ? 'Would replay' : 'Replayed'} ${countOf(sent.length)} to ${to}:`] : [];
  const rows = sent.map((replay) => [...(dryRun ? [] : [style.id(idOf(replay))]), ...originalOf(replay, style)]);
  const hint = others.some(({ outcome }) => outcome === 'duplicate') ? ['With --again they are replayed once more.'] : [];
  return [...head, ...(rows.length > 0 ? [textTable(rows)] : []), ...others.map(otherLine), ...hint].join('\n');
}

/** Why one could not be sent. */
export function failureLine({ original, error }: Replay): string {
  return `${original.id} cannot be replayed: ${error?.message ?? 'nobody knows why.'}`;
}

export function countOf(messages: number): string {
  return `${messages} message${messages === 1 ? '' : 's'}`;
}

function originalOf({ original: { id, type, sender, recipient, subject } }: Replay, style: Style): string[] {
  return [style.id(visible(id)), visible(type), visible(`${sender} → ${recipient}`), visible(subject)];
}

function otherLine(replay: Replay): string {
  const id = visible(replay.original.id);
  const why = replay.reason ? `: ${visible(replay.reason)}` : '';
  if (replay.outcome === 'held') return `${id} ${replay.message ? `is held as ${idOf(replay)}` : 'would be held'}${why}`;
  return `${id} was replayed before${replay.message ? `, as ${idOf(replay)}` : ''}.`;
}

function idOf({ message }: Replay): string {
  return visible(message?.id ?? '?');
}
