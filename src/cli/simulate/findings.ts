import type { Problem } from '../../message/message.ts';
import { uidOf } from '../../message/uid.ts';
import type { Copy } from '../../store/store.ts';
import type { Records } from './records.ts';

/** Something that must not happen. */
export interface Finding {
  /** lost, doubled, unfinished (still open when the simulation ended), or problem (what `doctor` finds). */
  kind: 'lost' | 'doubled' | 'unfinished' | 'problem';
  id?: string;
  why: string;
}

/**
 * Goes over what the processes recorded against what the store holds at the end: each message whose sending was
 * acknowledged must lie there once, claimed and completed once; nothing may lie there twice.
 */
export function findingsOf(records: Records, copies: readonly Copy[], problems: readonly Problem[]): Finding[] {
  return [
    ...lost(records, copies),
    ...doubled(records, copies),
    ...problems.map(({ code, message }): Finding => ({ kind: 'problem', why: `${code}: ${message}` })),
  ];
}

function lost({ sent, completed }: Records, copies: readonly Copy[]): Finding[] {
  const stored = grouped(copies, ({ message }) => uidOf(message));
  const acknowledged = new Set(completed.map(({ uid }) => uid));
  return sent.flatMap(({ uid, id }): Finding[] => {
    const found = stored.get(uid) ?? [];
    if (found.length === 0) return [{ kind: 'lost', id, why: 'its sending was acknowledged, and it is nowhere' }];
    if (found.some(({ message }) => message.status === 'COMPLETED')) return [];
    const status = found[0]?.message.status;
    if (acknowledged.has(uid)) return [{ kind: 'lost', id, why: `its completion was acknowledged, and it is ${status}` }];
    return [{ kind: 'unfinished', id, why: `nobody completed it; it is ${status}` }];
  });
}

function doubled({ sent, claimed, completed }: Records, copies: readonly Copy[]): Finding[] {
  return [
    ...repeated(sent, ({ id }) => id, 'its id was given to several messages'),
    ...repeated(claimed, ({ uid }) => uid, 'it was claimed more than once'),
    ...repeated(completed, ({ uid }) => uid, 'it was completed more than once'),
    ...repeated(
      copies.map(({ message }) => message),
      uidOf,
      'it lies in the store more than once',
    ),
    ...repeated(onceEach(copies), ({ subject }) => subject, 'its subject was delivered more than once'),
  ];
}

function repeated<T extends { id: string }>(list: readonly T[], keyOf: (item: T) => string, why: string): Finding[] {
  return [...grouped(list, keyOf).values()].flatMap(([first, second]): Finding[] =>
    first && second ? [{ kind: 'doubled', id: first.id, why }] : [],
  );
}

/** One copy for each message, so that what lies there twice is told once. */
function onceEach(copies: readonly Copy[]) {
  return [...grouped(copies, ({ message }) => uidOf(message)).values()].flatMap(([first]) => (first ? [first.message] : []));
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
