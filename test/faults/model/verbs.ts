import fc from 'fast-check';
import { command, type Holder, type HolderArgs, holder, holderOf, inNamesOf, isIn, one, target } from './commands.ts';
import { modelCopies, plainCopies, plainNamed } from './compare.ts';
import type { Model } from './model.ts';
import { type AnyCommand, agent, answer, claimById, claimNext, deliver, HOUR, keys, maybe } from './sending.ts';
import { type ModelCopy, RULES } from './shapes.ts';

/** A verb of the holder's: named as in the store, answered with the one copy. */
function holds<More extends object>(
  name: 'complete' | 'extend' | 'release' | 'fail' | 'block' | 'unblock',
  more: fc.Arbitrary<More>,
  statuses: string[],
  onModel: (model: Model, by: Holder, more: More) => ModelCopy,
): AnyCommand {
  return command(name, fc.record({ by: holder, more }), (model, args: { by: HolderArgs; more: More }) => {
    const by = holderOf(model, args.by, ...statuses);
    return (
      by && {
        model: () => modelCopies(model, [onModel(model, by, args.more)]),
        store: async (store, { names }) =>
          plainCopies([await store[name]({ error: ERROR, reason: REASON, ...inNamesOf(by, names), ...args.more })], names),
        // No two are completed in one moment, so that it is plain which of them is archived first.
        ...(name === 'complete' && { takesMs: 1 }),
      }
    );
  });
}

const ERROR = 'It broke.';
const REASON = 'It waits for another.';
const nothing = fc.constant({});
const held = [
  holds('complete', fc.record({ result: fc.constantFrom('Done.', 'Fine.') }), ['IN_PROGRESS', 'PENDING'], (model, by, { result }) =>
    model.complete(by, result),
  ),
  holds('extend', fc.record({ leaseMs: fc.constantFrom(1000, RULES.leaseMs) }), ['IN_PROGRESS'], (model, by, { leaseMs }) =>
    model.extend(by, leaseMs),
  ),
  holds('release', fc.record({ delayMs: fc.constantFrom(0, 5000) }), ['IN_PROGRESS'], (model, by, { delayMs }) =>
    model.release(by, delayMs),
  ),
  holds('block', nothing, ['IN_PROGRESS', 'PENDING'], (model, by) => model.block(by, REASON)),
  holds('unblock', nothing, ['BLOCKED'], (model, by) => model.unblock(by)),
];
const fail = (rejects: fc.Arbitrary<boolean>) =>
  holds('fail', fc.record({ reject: rejects }), ['IN_PROGRESS', 'PENDING'], (model, by, { reject }) => model.fail(by, ERROR, reject));

const decide = command(
  'decide',
  fc.record({ target, releases: fc.boolean(), by: maybe(agent, 1), note: maybe(fc.constant('Go on.'), 1) }),
  (model, args) => {
    const copy = one(model, args.target, isIn('held'));
    if (!copy) return undefined;
    const isUnknown = !args.target.fits && args.target.pick % 5 === 0;
    const id = isUnknown ? 'msg-99999' : copy.message.id;
    const { note, releases } = args;
    // Of a rejection by a person one of the recipients tells, whichever; so there may be only one.
    const isForSeveral = model.copies.filter(({ message, section }) => message.id === id && section === 'held').length > 1;
    const by = isForSeveral && !releases ? (args.by ?? 'claude') : args.by;
    const who = by === undefined ? {} : { by };
    if (!releases) {
      return {
        model: () => modelCopies(model, model.rejectHeld(id, by, REASON)),
        store: async (store, { names }) => plainCopies(await store.rejectHeld({ id: names.id(id), reason: REASON, ...who }), names),
      };
    }
    return {
      model: () => modelCopies(model, model.releaseHeld(id, by, note)),
      store: async (store, { names }) =>
        plainCopies(await store.releaseHeld({ id: names.id(id), ...who, ...(note !== undefined && { note }) }), names),
    };
  },
);

const redrive = command('redrive', fc.record({ target, isOne: fc.boolean() }), (model, { target: meant, isOne }) => {
  const copy = one(model, meant, isIn('dead'));
  if (!copy) return undefined;
  const { inbox, message } = copy;
  return {
    model: () => modelCopies(model, model.redrive(message.id, isOne ? inbox : undefined)),
    store: async (store, { names }) => plainCopies(await store.redrive({ id: names.id(message.id), ...(isOne && { inbox }) }), names),
  };
});

const age = fc.constantFrom(0, 0, 1000, HOUR);

const purge = command(
  'purge',
  fc.record({ section: fc.constantFrom('dead' as const, 'archived' as const), olderThanMs: age }),
  (model, args) => ({
    model: () => sortedNamed(model.purge(args.section, args.olderThanMs)),
    store: async (store, { names }) => plainNamed((await store.purge(args)).purged, names),
  }),
);

const archiveArgs = fc.record({
  agent: maybe(fc.constantFrom('gpt', 'gemini', 'reviewers')),
  olderThanMs: age,
  keep: fc.nat(2),
  rotate: fc.boolean(),
});
const archive = command('archive', archiveArgs, (model, { agent: only, ...args }) => ({
  model: () => sortedNamed(model.archive({ agent: only, ...args })),
  store: async (store, { names }) =>
    plainNamed((await store.archive({ ...args, ...(only !== undefined && { agent: only }) })).archived, names),
}));

const sweep = command('sweep', fc.constant({}), (model) => ({
  model: () => {
    const { leases, expired } = model.sweep();
    return { leases: sortedNamed(leases), expired: sortedNamed(expired), left: 0 };
  },
  store: async (store, { names }) => {
    const { leases, expired, left } = await store.sweep();
    return { leases: plainNamed(leases, names), expired: plainNamed(expired, names), left };
  },
}));

const guest = command('an agent comes or goes', fc.boolean(), (model, comes) => ({
  model: () => (comes ? model.addInbox('codex') : model.removeInbox('codex')),
  store: (store) => (comes ? store.addInbox('codex') : store.removeInbox('codex')),
}));

const find = command('find', fc.record({ target }), (model, { target: meant }) => {
  const id = one(model, meant, () => true)?.message.id;
  return id === undefined
    ? undefined
    : {
        model: () =>
          modelCopies(
            model,
            model.copies.filter(({ message }) => message.id === id).map((copy) => model.shown(copy)),
          ).map(({ section }) => section),
        store: async (store, { names }) => plainCopies(await store.find(names.id(id)), names).map(({ section }) => section),
      };
});

const reopen = command('reopen', fc.constant({}), () => ({
  model: () => undefined,
  store: (_, subject, index) => subject.reopen(index),
}));

/** Time goes by: a little, or until just before, at or after something comes due. */
const wait = command(
  'wait',
  fc.record({ ms: fc.constantFrom(1, 999, 1000, 2000, 10_000, HOUR), due: fc.nat(8), past: fc.constantFrom(-1, 0, 0, 1) }),
  (model, { ms, due, past }) => {
    const times = model.copies.flatMap((copy) => {
      const { expires_at, not_before, delivery } = copy.message;
      const isOpen = copy.section === 'held' || (copy.section === 'active' && copy.message.status !== 'COMPLETED');
      return isOpen
        ? [expires_at, not_before, delivery.lease_expires_at].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]))
        : [];
    });
    const next = times
      .map((time) => time + past)
      .filter((time) => time > model.now)
      .sort((a, b) => a - b)[due >> 1];
    const later = due % 2 === 0 && next !== undefined ? next - model.now : ms;
    return { model: () => undefined, store: async () => undefined, takesMs: later };
  },
);

function sortedNamed(found: { inbox: string; id: string }[]) {
  return [...found].sort((a, b) => (`${a.inbox} ${a.id}` < `${b.inbox} ${b.id}` ? -1 : 1));
}

const WEIGHTS: [AnyCommand, number][] = [
  [deliver('deliver', fc.constant({})), 6],
  [deliver('deliver with a key', fc.record({ key: keys })), 2],
  [deliver('hold', fc.record({ hold: fc.constant('Task t1 is not hers.'), key: fc.constantFrom('key-1', 'key-4') })), 3],
  [answer, 2],
  [claimNext, 7],
  [claimById, 6],
  ...held.map((arbitrary, index): [AnyCommand, number] => [arbitrary, index === 0 ? 4 : 2]),
  [fail(fc.constant(false)), 5],
  [fail(fc.constant(true)), 2],
  [decide, 4],
  [redrive, 4],
  [purge, 2],
  [archive, 2],
  [sweep, 1],
  [guest, 2],
  [find, 1],
  [reopen, 1],
  [wait, 9],
];

/** Commands, the more important of them more often: `fc.commands` chooses evenly. */
export const COMMANDS: AnyCommand[] = WEIGHTS.flatMap(([arbitrary, weight]) => Array.from({ length: weight }, () => arbitrary));
