import type { SendRequest } from '../../core/context.ts';
import { PRIORITIES } from '../../message/message.ts';
import { randomFrom } from './random.ts';

export interface Plan {
  agents: number;
  /** How many each agent sends. */
  messages: number;
  /** The same seed gives the same messages. */
  seed: number;
}

/** agent-01, agent-02, … */
export function agentNames({ agents }: Pick<Plan, 'agents'>): string[] {
  const width = String(agents).length;
  return Array.from({ length: agents }, (_, index) => `agent-${String(index + 1).padStart(Math.max(2, width), '0')}`);
}

/** What one agent sends to the others. No two subjects are the same in the whole simulation. */
export function messagesOf(agent: string, plan: Plan): SendRequest[] {
  const names = agentNames(plan);
  const others = names.filter((name) => name !== agent);
  const random = randomFrom(plan.seed * 1_000 + names.indexOf(agent));
  const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: plan.messages }, (_, index) => {
    const common = {
      from: agent,
      to: [oneOf(others)],
      subject: `${agent} #${index + 1}`,
      details: 'All work and no play. '.repeat(4 + Math.floor(random() * 60)),
      priority: oneOf(PRIORITIES),
    };
    return random() < 0.7 ? { ...common, type: 'INFO' } : { ...common, type: 'QUESTION', context: { background: 'A simulation.' } };
  });
}
