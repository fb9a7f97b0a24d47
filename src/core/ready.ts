import { CommsError } from '../errors.ts';
import { hashOf } from '../message/hash.ts';
import { compareIds, idNumber } from '../message/ids.ts';
import { answeredBy } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { openCopies, requirementsOf, type Wait } from '../orchestrator/conflicts/dependencies.ts';
import { type Nodes, nodesOf } from '../orchestrator/conflicts/nodes.ts';
import { isDependency } from '../orchestrator/conflicts/work.ts';
import type { Plan } from '../orchestrator/plan/plan.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import { copiesOf } from './find.ts';
import { inboxesOf } from './groups.ts';
import { EVERY_SECTION } from './messages.ts';
import type { Readied, ReadyAnswer, ReadyRequest } from './ready-requests.ts';
import { send } from './send.ts';

/** What knows the plan, where there is one. */
export interface ReadyHooks {
  plan?: Plan | undefined;
  /** Marks a task as done in plan.json; answers whether there is such a task. */
  finishTask?: (task: string, agent: string) => Promise<boolean>;
}

/**
 * "X is ready" (pattern 2 of the droid communication protocol): tells every agent that waits for it, in one message each,
 * and completes the agent's own copies of what they sent, the first in the same step. A copy that also waits for something
 * else stays open. Again after a crash it tells nobody twice.
 * @throws UNKNOWN_AGENT; MESSAGE_NOT_FOUND, USAGE for the id of a message that waits for nothing of the agent
 */
export async function ready(ctx: CoreContext, { agent, what, details }: ReadyRequest, hooks: ReadyHooks = {}): Promise<Readied> {
  const who = agentOf(ctx, agent);
  const name = what.trim();
  if (name === '' || name.length > LONGEST_NAME) {
    throw new CommsError('USAGE', `What is ready has 1 to ${LONGEST_NAME} characters.`, {
      hint: 'Name a task, a requirement or a message.',
    });
  }
  const nodes = nodesOf(ctx.workspace.settings, hooks.plan);
  const copies = await ctx.store.list({ sections: EVERY_SECTION, filter: (message) => isDependency(message) || mayBeReady(message) });
  const waiting = waitingFor({ who, name, own: inboxesOf(ctx, who), nodes }, openCopies(copies, nodes));
  if (waiting.length === 0 && idNumber(name) !== undefined) await refuseId(ctx, name, who);
  const answers: ReadyAnswer[] = [];
  for (const [waiter, mine] of byWaiter(waiting, nodes)) answers.push(await tell(ctx, { waiter, mine, who, name, details }));
  return { what: name, answers, taskDone: (await hooks.finishTask?.(name, who)) ?? false };
}

const LONGEST_NAME = 200;

/** A copy of a message that waits for what is ready now. */
interface Waiting {
  copy: Copy;
  /** The requirement, as the message has it; undefined for all that the message waits for. */
  requirement: string | undefined;
  /** Whether who waits has to be told, and was not yet. */
  isOpen: boolean;
  /** Whether the copy is the agent's to complete, and waits for nothing else. */
  isOwn: boolean;
}

interface Ready {
  who: string;
  name: string;
  own: readonly string[];
  nodes: Nodes;
}

function waitingFor({ who, name, own, nodes }: Ready, open: readonly { copy: Copy; waits: Wait[] }[]): Waiting[] {
  const node = nodes.named(name);
  return open.flatMap(({ copy, waits }): Waiting[] => {
    const isReader = own.includes(copy.inbox);
    const required = requirementsOf(copy.message);
    const mine = waits.filter(({ to }) => to === who || nodes.ownerOf(to) === who);
    if (copy.message.id === name || node === who) {
      const isOpen = isReader ? waits.length > 0 : mine.length > 0;
      return isReader || isOpen ? [{ copy, requirement: undefined, isOpen, isOwn: isReader }] : [];
    }
    const requirement = required.find((one) => nodes.named(one) === node);
    const maySay = isReader || nodes.ownerOf(node) === who || (!nodes.isAgent(node) && nodes.agent(copy.message.sender) !== who);
    if (requirement === undefined || !maySay) return [];
    const isOpen = waits.some(({ to }) => to === node);
    const others = required.map(nodes.named).filter((one) => one !== node && waits.some(({ to }) => to === one));
    const isOwn = isReader && others.length === 0;
    return isOpen || isOwn ? [{ copy, requirement, isOpen, isOwn }] : [];
  });
}

function byWaiter(waiting: readonly Waiting[], nodes: Nodes): Map<string, Waiting[]> {
  const waiters = new Map<string, Waiting[]>();
  for (const one of [...waiting].sort((a, b) => compareIds(a.copy.message.id, b.copy.message.id))) {
    const waiter = nodes.agent(one.copy.message.sender);
    waiters.set(waiter, [...(waiters.get(waiter) ?? []), one]);
  }
  return waiters;
}

interface Telling {
  waiter: string;
  mine: readonly Waiting[];
  who: string;
  name: string;
  details: string | undefined;
}

async function tell(ctx: CoreContext, { waiter, mine, who, name, details }: Telling): Promise<ReadyAnswer> {
  const originals = [...new Set(mine.map(({ copy }) => copy.message.id))];
  const answer: ReadyAnswer = { waiter, originals, completed: [], left: [] };
  const own = mine.filter(({ isOwn }) => isOwn).map(({ copy }) => copy.message);
  const untold = mine.filter(({ isOpen }) => isOpen);
  if (untold.length > 0) {
    try {
      await deliver(ctx, answer, { request: answerTo(untold, { waiter, who, name, details }), own, who });
    } catch (error) {
      if (!(error instanceof CommsError)) throw error;
      const { code, message, hint } = error;
      return { ...answer, error: { code, message, ...(hint !== undefined && { hint }) } };
    }
  }
  const result = answer.sent === undefined ? undefined : answeredBy(answer.sent.message.id);
  for (const { id } of own.filter((one) => !answer.completed.includes(one.id))) {
    await settled(answer, id, () => ctx.store.complete({ agent: who, id, ...(result !== undefined && { result }) }));
  }
  return answer;
}

/** With the first copy that can be completed, in the same step; where somebody else holds it, without. */
async function deliver(
  ctx: CoreContext,
  answer: ReadyAnswer,
  { request, own, who }: { request: SendRequest; own: readonly Message[]; who: string },
): Promise<void> {
  // Set aside until something else is there: it is there now.
  for (const { id, status } of own) if (status === 'BLOCKED') await settled(undefined, id, () => ctx.store.unblock({ agent: who, id }));
  const [first] = own;
  if (first) {
    try {
      answer.sent = await send(ctx, request, { completes: { agent: who, id: first.id } });
      answer.completed.push(first.id);
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  answer.sent = await send(ctx, request);
}

async function settled(answer: ReadyAnswer | undefined, id: string, act: () => Promise<Copy>): Promise<void> {
  try {
    await act();
    answer?.completed.push(id);
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    answer?.left.push({ id, code: error.code, message: error.message });
  }
}

function answerTo(untold: readonly Waiting[], { waiter, who, name, details }: Omit<Telling, 'mine'>): SendRequest {
  const messages = [...new Map(untold.map(({ copy }) => [copy.message.id, copy.message])).values()];
  const ids = messages.map(({ id }) => id);
  const [first] = messages;
  const requirement = untold.find((one) => one.requirement !== undefined)?.requirement;
  return {
    from: who,
    to: [waiter],
    type: 'RESPONSE',
    subject: `${name} is ready`,
    details: details ?? `${name} is ready`,
    context: { ready: true, ...(requirement !== undefined && { requirement }) },
    references: ids,
    ...(first && { priority: first.priority, correlationId: first.correlation_id ?? first.id }),
    ...(first?.channel !== undefined && { channel: first.channel }),
    // The same again, after a crash, reaches nobody twice.
    idempotencyKey: `ready-${hashOf([who, waiter, requirement ?? null, ids])}`,
  };
}

function mayBeReady({ content }: Message): boolean {
  const context: unknown = content?.context;
  return typeof context === 'object' && context !== null && 'ready' in context;
}

/** What the store says of a copy that somebody else holds, or that is finished or gone already. */
function isRefusal(error: unknown): boolean {
  return error instanceof CommsError && ['WRONG_STATUS', 'LEASE_LOST', 'ALREADY_CLAIMED', 'MESSAGE_NOT_FOUND'].includes(error.code);
}

/** An id is of a message that waits for the agent, or a slip; that nobody waits any more is neither. */
async function refuseId(ctx: CoreContext, id: string, who: string): Promise<void> {
  const copies = await copiesOf(ctx, id, who);
  const [{ message }] = copies;
  if (!isDependency(message)) {
    throw new CommsError('USAGE', `Message ${id} waits for nothing: it is no COORDINATION of kind dependency or blocker.`, {
      hint: `Run "comms reply ${id}" to answer it.`,
      details: { id },
    });
  }
  if (copies.some(({ inbox }) => inboxesOf(ctx, who).includes(inbox)) || copies.every((copy) => copy.message.status === 'COMPLETED'))
    return;
  throw new CommsError('MESSAGE_NOT_FOUND', `Message ${id} waits for nothing of ${who}.`, {
    hint: `Run "comms read ${id}" to see whom it waits for, or name the requirement of it that is ready.`,
    details: { id, agent: who },
  });
}
