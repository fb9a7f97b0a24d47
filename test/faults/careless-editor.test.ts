import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Problem } from '../../src/message/message.ts';
import { comms, filesWorkspace, send } from '../cli/watch-harness.ts';
import { testRepository } from '../git/repository.ts';
import { LONG } from '../long.ts';
import { carelessSave, edited, inboxOf, NOTE, OWN, run, SAVES, type SaveOptions, standing, without } from './careless-editor/save.ts';
import { figure } from './figure.ts';
import { accountOf, idsOf } from './watcher/account.ts';
import { BIN, type WatcherProcess, watcherProcess } from './watcher/process.ts';

/** An agent saves its old copy of an inbox over three new messages and one change of a status. */

const LOST = [
  ['REGRESSED', 'msg-001'],
  ['VANISHED', 'msg-003'],
  ['VANISHED', 'msg-004'],
  ['VANISHED', 'msg-005'],
];
const TEXT =
  '3 messages have vanished from the inbox of gpt: msg-003, msg-004, msg-005. 1 message has gone back to an earlier state in the inbox of gpt: msg-001, which was COMPLETED. Somebody has probably saved an old copy of the file. "comms doctor" shows what is lost, "comms doctor --fix" brings it back.';

interface Doctored {
  exit: number | null;
  problems: Problem[];
  fixed: Problem[];
}

async function doctor(root: string, ...argv: string[]): Promise<Doctored> {
  const { exit, out } = await comms(root, ['doctor', '--json', ...argv]);
  return { exit, ...JSON.parse(out).data };
}

/** The same in a process of its own. */
function doctorProcess(root: string, ...argv: string[]): Doctored {
  const { status, stdout } = spawnSync(process.execPath, [BIN, 'doctor', '--workspace', root, '--json', ...argv], { encoding: 'utf8' });
  return { exit: status, ...JSON.parse(stdout).data };
}

/** The errors, each by its code and the id that its message names. */
function errorsIn(problems: readonly Problem[]): string[][] {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => [code, /\bmsg-\d+/.exec(message)?.[0] ?? message])
    .sort();
}

const errorsTold = ({ events }: WatcherProcess) => events.flatMap((event) => (event.event === 'error' ? [event.error] : []));

test.each(Object.entries(SAVES).slice(0, LONG ? undefined : 1))(
  'saved %s: watch tells it, running or started later, until doctor --fix has brought it back',
  async (_, by) => {
    const root = filesWorkspace();
    const running = watcherProcess(root);
    await running.ready();
    const { saved, newer } = await carelessSave({
      root,
      by,
      meanwhile: () => running.until(() => idsOf(running.events, 'status').length > 0, 'done'),
    });
    await running.until(() => errorsTold(running).length > 0, 'the loss');
    const later = watcherProcess(root);
    await later.until(() => errorsTold(later).length > 0, 'the loss');
    expect([errorsTold(running), errorsTold(later)]).toEqual([[TEXT], [TEXT]]);

    const { exit, problems } = doctorProcess(root);
    expect(exit).toBe(6);
    expect(errorsIn(problems)).toEqual(LOST);
    for (const { code, hint } of problems.filter(({ severity }) => severity === 'error')) {
      expect(`${code}: ${hint}`).toMatch(/^(VANISHED|REGRESSED): Run "comms doctor --fix" .*"comms doctor --accept"/);
    }
    expect(doctorProcess(root, '--fix')).toMatchObject({ exit: 0, problems: [] });
    expectRestored(root, { saved, newer });
    expect(doctorProcess(root)).toMatchObject({ exit: 0, problems: [], fixed: [] });

    // The watchers are told of what is there again, and of no further loss.
    await running.until(
      () => ['msg-003', 'msg-004', 'msg-005'].every((id) => idsOf(running.events, 'message').filter((one) => one === id).length === 2),
      'back',
    );
    for (const watcher of [running, later]) await watcher.end();
    expect(accountOf(running.events).contradictions).toEqual([]);
    expect([errorsTold(running), errorsTold(later)]).toEqual([[TEXT], [TEXT]]);
    figure('careless saves', 1);
  },
);

/** The three are back, once, and byte for byte; so is what was done; and what gpt itself changed is as it saved it. */
function expectRestored(root: string, { saved, newer }: { saved: string; newer: string }): void {
  const now = readFileSync(inboxOf(root), 'utf8');
  expect(standing(root)).toEqual([
    'msg-001 COMPLETED',
    'msg-002 COMPLETED',
    'msg-003 PENDING',
    'msg-004 PENDING',
    'msg-005 PENDING',
    `${OWN} PENDING`,
  ]);
  const back = ['msg-003', 'msg-004', 'msg-005'];
  expect(without(now, ['msg-001', ...back])).toBe(without(saved, ['msg-001']));
  expect(now).toContain(NOTE);
  for (const id of ['msg-001', ...back]) expect(blockOf(now, id)).toBe(blockOf(newer, id));
}

function blockOf(text: string, id: string): string {
  const start = text.indexOf(`### Message: ${id}\n`);
  return text.slice(start, text.indexOf('\n```\n', start));
}

const variants: [string, SaveOptions, { errors: string[][]; fixed: string[] }][] = [
  [
    'one of the new ones was claimed meanwhile, and one answered and done',
    {
      async meanwhile(root) {
        await run(root, 'claim', 'msg-003', '--as', 'gpt');
        await run(root, 'reply', 'msg-004', '--as', 'gpt', '--details', 'Yes.', '--done');
      },
    },
    {
      errors: LOST,
      fixed: ['msg-001 COMPLETED', 'msg-002 COMPLETED', 'msg-003 IN_PROGRESS', 'msg-004 COMPLETED', 'msg-005 PENDING', `${OWN} PENDING`],
    },
  ],
  [
    'what was done went to the archive section meanwhile',
    { meanwhile: async (root) => void (await run(root, 'archive')) },
    {
      errors: LOST,
      fixed: ['msg-001 COMPLETED archived', 'msg-002 COMPLETED', 'msg-003 PENDING', 'msg-004 PENDING', 'msg-005 PENDING', `${OWN} PENDING`],
    },
  ],
  [
    'what was done went to a file of the archive meanwhile',
    { meanwhile: async (root) => void (await run(root, 'archive', '--rotate')) },
    {
      errors: LOST,
      fixed: ['msg-001 COMPLETED archived', 'msg-002 COMPLETED', 'msg-003 PENDING', 'msg-004 PENDING', 'msg-005 PENDING', `${OWN} PENDING`],
    },
  ],
  [
    'one of the new ones became a dead letter meanwhile',
    { meanwhile: async (root) => void (await run(root, 'fail', 'msg-005', '--as', 'gpt', '--error', 'No.', '--reject')) },
    {
      errors: LOST.slice(0, 3),
      fixed: ['msg-001 COMPLETED', 'msg-002 COMPLETED', 'msg-003 PENDING', 'msg-004 PENDING', 'msg-005 PENDING dead', `${OWN} PENDING`],
    },
  ],
];

test.each(variants)('%s: doctor --fix brings back where each stood', async (_, options, { errors, fixed }) => {
  const { root, saved } = await carelessSave(options);
  expect(errorsIn((await doctor(root)).problems)).toEqual(errors);
  expect(await doctor(root, '--fix')).toMatchObject({ exit: 0, problems: [] });
  expect(standing(root)).toEqual(fixed);
  const own = blockOf(saved, OWN);
  expect(blockOf(readFileSync(inboxOf(root), 'utf8'), OWN)).toBe(own);
  expect(await doctor(root)).toMatchObject({ exit: 0, problems: [] });
  figure('careless saves', 1);
});

test('twice in a row, with a message in between: all of it is noticed, and comes back', async () => {
  const { root, saved } = await carelessSave({ by: SAVES['through a new file and a rename'] });
  expect(await send(root, 'Between')).toBe(`msg-${Number(OWN.slice(4)) + 1}`);
  writeFileSync(inboxOf(root), saved.replace('*done*', '*done, again*'));
  expect(errorsIn((await doctor(root)).problems)).toEqual([...LOST, ['VANISHED', 'msg-901']]);
  expect(await doctor(root, '--fix')).toMatchObject({ exit: 0, problems: [] });
  expect(standing(root)).toHaveLength(7);
  const now = readFileSync(inboxOf(root), 'utf8');
  expect(without(now, ['msg-001', 'msg-003', 'msg-004', 'msg-005', 'msg-901'])).toBe(
    without(saved.replace('*done*', '*done, again*'), ['msg-001']),
  );
  // And once more after it was mended.
  writeFileSync(inboxOf(root), saved);
  expect(errorsIn((await doctor(root)).problems)).toEqual([...LOST, ['VANISHED', 'msg-901']]);
  await doctor(root, '--fix');
  expect(standing(root)).toHaveLength(7);
  figure('careless saves', 3);
});

test('doctor --accept lets them go: what gpt saved stays as it is, and nobody tells of it any more', async () => {
  const { root, saved } = await carelessSave();
  expect(await doctor(root, '--accept')).toMatchObject({ exit: 0, problems: [] });
  expect(readFileSync(inboxOf(root), 'utf8')).toBe(saved);
  expect(await doctor(root)).toMatchObject({ exit: 0, problems: [], fixed: [] });
  expect(standing(root)).toEqual(['msg-001 PENDING', 'msg-002 COMPLETED', `${OWN} PENDING`]);
  expect(await send(root, 'Next')).toBe('msg-901');
  figure('careless saves', 1);
});

test('what people read says what became of each', async () => {
  const { root } = await carelessSave();
  expect((await comms(root, ['doctor'])).out).toContain(
    'gpt-inbox.md: error REGRESSED Message msg-001 is PENDING again; it was COMPLETED\n' +
      '  hint: Run "comms doctor --fix" to undo that, or "comms doctor --accept" to leave it so.\n' +
      'gpt-inbox.md: error VANISHED Message msg-003 (INFO from claude: Three) has vanished\n' +
      '  hint: Run "comms doctor --fix" to bring it back, or "comms doctor --accept" to let it go.\n',
  );
  const { out } = await comms(root, ['doctor', '--accept']);
  expect(out.match(/^accepted .*/gm)).toHaveLength(4);
  expect(out).toMatch(/^mended {2}status\.json: /m);
});

test('an old version that git checked out has not vanished; what was then saved over it has', async () => {
  const repo = await testRepository();
  await repo.send({ to: 'gpt', subject: 'One' });
  await repo.send({ to: 'gpt', subject: 'Two' });
  const read = readFileSync(inboxOf(repo.root), 'utf8');
  const commit = () => {
    repo.git('add', '.');
    repo.git('commit', '-qm', 'messages');
  };
  commit();
  await repo.send({ to: 'gpt', subject: 'Three' });
  commit();
  repo.git('checkout', '-q', 'HEAD~1');
  const watcher = watcherProcess(repo.root);
  await watcher.ready();
  expect(errorsIn((await doctor(repo.root)).problems)).toEqual([]);
  const id = await repo.send({ to: 'gpt', subject: 'On the old version' });
  await watcher.until(() => idsOf(watcher.events, 'message').includes(id), id);
  writeFileSync(inboxOf(repo.root), edited(read));
  expect(errorsIn((await doctor(repo.root)).problems)).toEqual([['VANISHED', id]]);
  await watcher.until(() => errorsTold(watcher).length > 0, 'the loss');
  expect(errorsTold(watcher)).toEqual([expect.stringMatching(`^1 message has vanished from the inbox of gpt: ${id}\\. `)]);
  expect(await doctor(repo.root, '--fix')).toMatchObject({ exit: 0 });
  expect(standing(repo.root)).toEqual(['msg-001 PENDING', 'msg-002 COMPLETED', `${id} PENDING`, `${OWN} PENDING`]);
  await watcher.end();
  figure('careless saves', 1);
});
