import { isObject } from '../../message/json.ts';
import type { Message } from '../../message/message.ts';
import type { Copy } from '../../store/store.ts';
import type { Plan, Task } from '../plan/plan.ts';
import { type Nodes, nodesOf, type Who } from './nodes.ts';
import { isDependency } from './work.ts';

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
  const isNew = unseen();
  const said = openCopies(copies, nodes).flatMap(({ copy: { message }, waits }) => (hasCopies(message) ? waits.filter(isNew) : waits));
  return [...said, ...planWaits(plan, nodes)];
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
  if (!isDependency(message)) return [];
  const nodes = nodesOf(who, plan);
  const from = waiterOf(message, nodes);
  return once([...recipients, ...requirementsOf(message)].map(nodes.named)).map((to) => ({ from, to, id: message.id }));
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
  return section === 'active' && message.status !== 'COMPLETED' && isDependency(message);
}

function openWaits({ inbox, message }: Copy, nodes: Nodes, answers: readonly Answer[]): Wait[] {
  const from = waiterOf(message, nodes);
  const reader = holderOf(message, inbox, nodes) ?? nodes.named(inbox);
  const places = once([reader, ...requirementsOf(message).map(nodes.named)]);
  const open = answers.length === 0 ? places : places.filter((place) => !isReady(place, { inbox, message, reader, nodes, answers }));
  return open.map((to) => ({ from, to, id: message.id }));
}

/** The member of a group that works on its message. */
function holderOf({ status, delivery }: Message, inbox: string, nodes: Nodes): string | undefined {
  const holder = status === 'IN_PROGRESS' ? delivery?.claimed_by : undefined;
  return typeof holder === 'string' && nodes.isReader(holder, inbox) ? holder : undefined;
}

interface Asked {
  inbox: string;
  message: Message;
  reader: string;
  nodes: Nodes;
  answers: readonly Answer[];
}

function isReady(place: string, { inbox, message, reader, nodes, answers }: Asked): boolean {
  return answers.some(({ sender, requirement }) => {
    if (requirement !== undefined && requirement !== place) return false;
    if (sender === place || nodes.isReader(sender, inbox)) return true;
    if (place === reader || nodes.isAgent(place)) return false;
    // Who does what no plan gives to anybody is not known: whoever names it.
    return nodes.ownerOf(place) === sender || (requirement !== undefined && sender !== nodes.agent(message.sender));
  });
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

/** Whether a wait is new; copies of one message say the same again. */
function unseen(): (wait: Wait) => boolean {
  const seen = new Set<string>();
  return ({ from, to, id }) => {
    const before = seen.size;
    return seen.add(`${from}\0${to}\0${id}`).size > before;
  };
}

/** What went to several names them all. */
function hasCopies({ metadata }: Message): boolean {
  return metadata?.recipients !== undefined;
}

/** Without repetitions. A set of a few takes longer to make than to do without. */
function once(places: readonly string[]): string[] {
  return places.length > FEW ? [...new Set(places)] : places.filter((place, at) => places.indexOf(place) === at);
}

const FEW = 8;

function contextOf(content: Message['content'] | undefined): Record<string, unknown> | undefined {
  const context: unknown = content?.context;
  return isObject(context) ? context : undefined;
}
