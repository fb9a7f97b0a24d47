import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { answerOf, compareState, modelAnswerOf } from './compare.ts';
import type { Model } from './model.ts';
import type { Names } from './names.ts';
import type { ModelCopy } from './shapes.ts';
import { AGENTS, type Subject } from './subject.ts';

/** What is tried together: one store, or all three in step. */
export interface Real {
  subjects: Subject[];
  commands: number;
}

/** What one command does to the model, and to a store. Undefined where it cannot be done or would say nothing. */
export interface Plan {
  model: () => unknown;
  store: (store: Store, subject: Subject, index: 0 | 1) => Promise<unknown>;
  /** How much later the next command is, in ms. */
  takesMs?: number;
}

type Spec<Args> = (model: Model, args: Args) => Plan | undefined;

class Command<Args> implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly name: string,
    readonly spec: Spec<Args>,
    readonly args: Args,
    readonly via: 0 | 1,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.spec(model as Model, this.args) !== undefined;
  }

  async run(model: Model, real: Real): Promise<void> {
    const plan = this.spec(model, this.args);
    if (!plan) return;
    const expected = modelAnswerOf(model.attempt(plan.model));
    for (const subject of real.subjects) {
      const answer = await answerOf(() => plan.store(subject.stores[this.via], subject, this.via));
      if (!isDeepStrictEqual(answer, expected)) expect(answer, `${subject.name}: what ${this} answered`).toEqual(expected);
      await compareState(model, subject, subject.stores[model.step % 2 === 0 ? 0 : 1]);
    }
    model.now += plan.takesMs ?? 0;
    real.commands += 1;
  }

  toString(): string {
    return `${this.name}(${JSON.stringify(this.args)}, ${this.via})`;
  }
}

/** A command with arguments of its own, carried out through the one store object or the other. */
export function command<Args>(name: string, args: fc.Arbitrary<Args>, spec: Spec<Args>): fc.Arbitrary<fc.AsyncCommand<Model, Real>> {
  return fc.record({ args, via: fc.constantFrom<0 | 1>(0, 1) }).map(({ args: given, via }) => new Command(name, spec, given, via));
}

/** Which of the messages that fit best is meant; and whether it is one that does not fit at all. */
export const target = fc.record({ pick: fc.nat(30), fits: fc.nat(5).map((n) => n > 0) });
export const holder = fc.record({ target, token: fc.constantFrom('none', 'live', 'stale'), isOther: fc.nat(4).map((n) => n === 0) });
export type Target = { pick: number; fits: boolean };
export type HolderArgs = { target: Target; token: string; isOther: boolean };

/** A copy that fits, where there is one. */
export function one(model: Model, { pick, fits }: Target, isWanted: (copy: ModelCopy) => boolean): ModelCopy | undefined {
  // What is finished is what a mistake is most often about.
  const isMeant = fits ? isWanted : ({ section, message }: ModelCopy) => section === 'archived' || message.status === 'COMPLETED';
  const wanted = fits || pick % 2 === 0 ? model.copies.filter((copy) => isMeant(model.shown(copy))) : [];
  const among = wanted.length > 0 ? wanted : model.copies;
  return among[pick % Math.max(1, among.length)];
}

export function isIn(...sections: string[]): (copy: ModelCopy) => boolean {
  return ({ section }) => sections.includes(section);
}

function hasStatus(...statuses: string[]): (copy: ModelCopy) => boolean {
  return ({ section, message }) => section === 'active' && statuses.includes(message.status);
}

/** Who does something with a copy, and with which token; mostly the one who may. */
export function holderOf(model: Model, { target: meant, token, isOther }: HolderArgs, ...statuses: string[]) {
  const copy = one(model, meant, hasStatus(...statuses));
  if (!copy) return undefined;
  const { delivery, id } = copy.message;
  const mayRead = AGENTS.filter((name) => model.readBy(name).includes(copy.inbox));
  const by = delivery.claimed_by ?? mayRead[meant.pick % mayRead.length] ?? 'gpt';
  // The other member of a group is the one who could mistake it for its own.
  const others = meant.pick % 3 === 0 ? AGENTS : mayRead;
  const name = isOther ? (others.find((name) => name !== by) ?? by) : by;
  const tokens = {
    none: undefined,
    live: delivery.lease_token,
    stale: copy.tokens.findLast((one) => one !== delivery.lease_token) ?? 'token-0',
  };
  return { agent: name, id, token: tokens[token as keyof typeof tokens] };
}
export type Holder = NonNullable<ReturnType<typeof holderOf>>;

/** The same in the names of a store. */
export function inNamesOf({ agent: name, id, token }: Holder, names: Names): Holder {
  const shown = names.token(token);
  return { agent: name, id: names.id(id), token: shown };
}
