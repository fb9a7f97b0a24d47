import { quote } from '../../message/text.ts';
import { tasksById } from './check-dependencies.ts';
import type { Phase, Plan } from './plan.ts';

/** What is to be thought of when a phase starts: tasks it waits for, and agents that are in another one. Sentences. */
export function startWarnings(plan: Plan, phase: Phase): string[] {
  return [...unfinished(plan, phase), ...busy(plan, phase), ...alone(phase)];
}

/** What is left when a phase ends. */
export function endWarnings({ tasks }: Plan, { id }: Phase): string[] {
  const left = tasks.filter(({ phase, status }) => phase === id && status !== 'done');
  return left.length === 0 ? [] : [`Not done yet in this phase: ${left.map((task) => quote(task.id)).join(', ')}.`];
}

function unfinished(plan: Plan, { id }: Phase): string[] {
  const byId = tasksById(plan);
  return plan.tasks.flatMap((task) => {
    if (task.phase !== id || task.status === 'done') return [];
    // Within the phase they are done in their order.
    const waits = task.dependsOn.filter((one) => byId.get(one)?.status !== 'done' && byId.get(one)?.phase !== id);
    return waits.length === 0 ? [] : [`${quote(task.id)} waits for ${waits.map((one) => quote(one)).join(', ')}, not done yet.`];
  });
}

function busy({ phases }: Plan, phase: Phase): string[] {
  return phases.flatMap((other) => {
    if (other.id === phase.id || other.status !== 'active' || (other.parallel && phase.parallel)) return [];
    const both = phase.agents.filter((name) => other.agents.includes(name));
    return both.length === 0 ? [] : [`The phase ${quote(other.id)} is active, too, with ${both.join(', ')}.`];
  });
}

function alone({ id, agents }: Phase): string[] {
  return agents.length === 0 ? [`Nobody works in the phase ${quote(id)}: plan.json names no agents of it.`] : [];
}
