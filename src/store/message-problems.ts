import type { Problem } from '../message/message.ts';
import { identityOf } from '../message/uid.ts';
import { inspectMessage } from '../message/validate.ts';
import type { Copy } from './store.ts';

export interface Around {
  /** Where the message lies; undefined for the dead letters. */
  inbox: string | undefined;
  /** The registered agents. */
  agents: readonly string[];
  /** What is missing was filled in: its schema says nothing. */
  complete?: boolean;
}

/** What is wrong with a stored message, for any driver that can say where it stands. */
export function messageProblems(message: Record<string, unknown>, { inbox, agents, complete = false }: Around): Problem[] {
  const own = complete ? [] : inspectMessage(message);
  // The hints name options of send, and MISSING_ID is reported by itself.
  const problems: Problem[] = own
    .filter(({ path, code }) => !(path === '/id' && code === 'MISSING_FIELD'))
    .map(({ hint: _, ...problem }) => problem);
  const { sender, recipient } = message;
  if (typeof sender === 'string' && !agents.includes(sender)) {
    problems.push({
      severity: 'warning',
      code: 'UNKNOWN_AGENT',
      path: '/sender',
      message: `/sender: there is no agent ${JSON.stringify(sender)} here`,
    });
  }
  if (inbox !== undefined && typeof recipient === 'string' && recipient !== inbox) {
    problems.push({
      severity: 'warning',
      code: 'WRONG_INBOX',
      path: '/recipient',
      message: `/recipient: it is for ${JSON.stringify(recipient)} and lies in the inbox of ${inbox}`,
    });
  }
  return problems;
}

/** Ids that different messages share, over the whole workspace. Copies of one message have one uid. */
export function duplicateIds(copies: readonly Copy[]): Problem[] {
  const byId = new Map<string, Copy[]>();
  for (const copy of copies) if (copy.message.id !== '') byId.set(copy.message.id, [...(byId.get(copy.message.id) ?? []), copy]);
  return [...byId].flatMap(([id, same]): Problem[] => {
    if (new Set(same.map(({ message }) => identityOf(message))).size < 2) return [];
    const places = [...new Set(same.map(({ file, inbox }) => file ?? `the inbox of ${inbox}`))].join(', ');
    return [
      {
        severity: 'error',
        code: 'DUPLICATE_ID',
        path: '/id',
        message: `${id} is the id of ${same.length} different messages, in ${places}`,
        hint: 'Run "comms doctor --fix" to give the later ones fresh ids.',
        ...(same[1]?.file === undefined ? {} : { file: same[1].file }),
      },
    ];
  });
}
