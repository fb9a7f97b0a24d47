import { isObject } from '../../message/json.ts';
import type { Message } from '../../message/message.ts';
import type { Copy } from '../../store/store.ts';
import type { Plan, Task } from '../plan/plan.ts';
import { type Nodes, nodesOf, type Who } from './nodes.ts';

/** Somebody, or a task, that cannot go on before somebody else, or another task, is ready: an edge of the graph of dependencies. */
export interface Wait {
  /** An agent or the id of a task. */
  from: string;
  to: string;
  /** The message that says so; undefined where plan.json does. */
  id?: string;
}

/**
 * Who waits for whom (DESIGN §8 "Orchestration"). A COORDINATION of kind dependency or blocker ties its sender, or the task
 * of its metadata, to who received it and to everything in its `requirements`, until who is waited for has answered with
 * `content.context.ready` true, or the copy is completed. With a plan an unfinished task waits for the unfinished tasks that
 * it depends on, and for its owner. `copies` are those of every section, since answers may be archived.
 */
export function waitsOf(copies: readonly Copy[], { plan, ...who }: Who & { plan?: Plan | undefined } = {}): Wait[] {
  const nodes = nodesOf(who, plan);
  return distinct([...openCopies(copies, nodes).flatMap(({ waits }) => waits), ...planWaits(plan, nodes)]);
}

/** The copies of messages that wait, each with what it still waits for. What it is to be completed for may be ready already. */
export function openCopies(copies: readonly Copy[], nodes: Nodes): { copy: Copy; waits: Wait[] }[] {
  const answers = answersIn(copies, nodes);
  return copies.filter(isOpen).map((copy) => ({ copy, waits: openWaits(copy, nodes, answers.get(copy.message.id) ?? []) }));
}

/** What a message that is about to be sent will wait for. */
export function waitsFrom(
  message: Message,
  recipients: readonly string[],
  { plan, ...who }: Who & { plan?: Plan | undefined } = {},
): Wait[] {
  if (!isWait(message)) return [];
  const nodes = nodesOf(who, plan);
  const from = waiterOf(message, nodes);
  return distinct([...recipients, ...requirementsOf(message)].map((name) => ({ from, to: nodes.named(name), id: message.id })));
}

/** Whether a message says that its sender cannot go on. */
export function isWait({ type, content }: Message): boolean {
  const kind = contextOf(content)?.coordination_type;
  return type === 'COORDINATION' && (kind === 'dependency' || kind === 'blocker');
}

/** Whom, or which tasks, a message names as what it waits for, as it was written. */
export function requirementsOf({ content }: Message): string[] {
  const named = contextOf(content)?.requirements;
  const texts = Array.isArray(named) ? named : [named];
  return texts
    .filter((text) => typeof text === 'string')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** Somebody said that something is ready: everything that the message waits for of the sender, or one requirement. */
interface Answer {
  sender: string;
  requirement?: string;
}

function answersIn(copies: readonly Copy[], nodes: Nodes): Map<string, Answer[]> {
  const byId = new Map<string, Answer[]>();
  for (const { message } of copies) {
    const context = contextOf(message.content);
    if (context?.ready !== true || !Array.isArray(message.references)) continue;
    const { requirement } = context;
    const answer = {
      sender: nodes.agent(message.sender),
      ...(typeof requirement === 'string' && { requirement: nodes.named(requirement) }),
    };
    for (const id of message.references as unknown[]) {
      if (typeof id !== 'string') continue;
      const known = byId.get(id);
      if (known) known.push(answer);
      else byId.set(id, [answer]);
    }
  }
  return byId;
}

function isOpen({ section, message }: Copy): boolean {
  return section === 'active' && message.status !== 'COMPLETED' && isWait(message);
}

function openWaits({ inbox, message }: Copy, nodes: Nodes, answers: readonly Answer[]): Wait[] {
  const from = waiterOf(message, nodes);
  // A group's message waits for the member that took it.
  const holder = message.status === 'IN_PROGRESS' ? message.delivery?.claimed_by : undefined;
  const to = typeof holder === 'string' && nodes.isReader(holder, inbox) ? holder : nodes.named(inbox);
  const byReader = answers.filter(({ sender }) => nodes.isReader(sender, inbox));
  const waits: Wait[] = [];
  if (!byReader.some(({ requirement }) => requirement === undefined || requirement === to)) waits.push({ from, to, id: message.id });
  const sender = nodes.agent(message.sender);
  for (const required of requirementsOf(message).map(nodes.named)) {
    const said = answers.filter(({ requirement }) => requirement === undefined || requirement === required);
    const isReady = said.some((answer) => {
      if (answer.sender === required || nodes.ownerOf(required) === answer.sender || byReader.includes(answer)) return true;
      // Who does what no plan gives to anybody is not known: whoever names it.
      return answer.requirement !== undefined && !nodes.isAgent(required) && answer.sender !== sender;
    });
    if (!isReady) waits.push({ from, to: required, id: message.id });
  }
  return waits;
}

function waiterOf({ sender, metadata }: Message, nodes: Nodes): string {
  const task = metadata?.task_id;
  return typeof task === 'string' && task.trim() !== '' ? nodes.task(task.trim()) : nodes.agent(sender);
}

function planWaits(plan: Plan | undefined, nodes: Nodes): Wait[] {
  const unfinished = new Map((plan?.tasks ?? []).filter(({ status }) => status !== 'done').map((task) => [task.id, task]));
  return [...unfinished.values()].flatMap(({ id, dependsOn, owner }: Task) => {
    const from = nodes.task(id);
    const tasks = dependsOn.filter((other) => unfinished.has(other)).map((other) => ({ from, to: nodes.task(other) }));
    return owner === undefined ? tasks : [...tasks, { from, to: nodes.agent(owner) }];
  });
}

function distinct(waits: readonly Wait[]): Wait[] {
  const seen = new Set<string>();
  return waits.filter(({ from, to, id = '' }) => {
    const key = `${from}\0${to}\0${id}`;
    return !seen.has(key) && seen.add(key);
  });
}

function contextOf(content: Message['content'] | undefined): Record<string, unknown> | undefined {
  const context: unknown = content?.context;
  return isObject(context) ? context : undefined;
}
