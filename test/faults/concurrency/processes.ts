import { type ChildProcess, fork } from 'node:child_process';
import { randomFrom } from '../../../src/cli/simulate/random.ts';
import { readHistory, recordedBytes } from './record.ts';
import type { WorkerOptions } from './worker.ts';

export interface Disturbed {
  kills: number;
  stops: number;
  /** Processes that ended otherwise than they were told to. */
  failures: string[];
}

interface Running {
  child: ChildProcess;
  number: number;
  isStopped: boolean;
  wasKilled: boolean;
  ready: Promise<unknown>;
  ended: Promise<void>;
}

export interface Processes {
  running: Set<Running>;
  failures: string[];
  /** Resolves when all together have done a little since the last time, or so much time has passed that they will not. */
  progress(): Promise<void>;
  /** Ends one with SIGKILL and starts another in its place, which sends again what the other was not told of. */
  replace(one: Running): Promise<void>;
}

/** About what an operation takes in the history. */
const OPERATION_BYTES = 300;

export function startProcesses(options: Omit<WorkerOptions, 'number' | 'retry'> & { processes: number; worker: string }): Processes {
  const { processes, worker, ...rest } = options;
  const running = new Set<Running>();
  const failures: string[] = [];
  let started = 0;
  const start = (retry: string[]) => {
    const number = started++;
    const child = fork(worker, [JSON.stringify({ ...rest, number, retry } satisfies WorkerOptions)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = new Promise<void>((resolve) =>
      child.on('close', (code, signal) => {
        running.delete(one);
        if (!one.wasKilled && code !== 0) failures.push(`Process ${number} ended with ${code ?? signal}.`);
        resolve();
      }),
    );
    const ready = Promise.race([new Promise((resolve) => child.once('message', resolve)), ended]);
    const one: Running = { child, number, isStopped: false, wasKilled: false, ready, ended };
    running.add(one);
  };
  for (let n = 0; n < processes; n++) start([]);
  let recorded = 0;
  return {
    running,
    failures,
    async progress() {
      const enough = recorded + processes * OPERATION_BYTES;
      for (let tries = 0; tries < 100 && recordedBytes(rest.histories) < enough; tries++) await pause(20);
      recorded = recordedBytes(rest.histories);
    },
    async replace(one) {
      one.wasKilled = true;
      one.child.kill('SIGKILL');
      await one.ended;
      const unanswered = readHistory(rest.histories).filter(
        ({ client, verb, return: returned }) => client.startsWith(`p${one.number}.`) && verb === 'send' && returned === undefined,
      );
      start(unanswered.flatMap(({ request }) => request.key ?? []));
    },
  };
}

/** Kills and stops processes at random moments until it is over, then ends all in order. */
export async function disturb(
  { running, failures, progress, replace }: Processes,
  { seed, isOver, longStops }: { seed: number; isOver: () => boolean; longStops: boolean },
): Promise<Disturbed> {
  const random = randomFrom(seed);
  const pending: Promise<void>[] = [];
  let kills = 0;
  let stops = 0;
  await Promise.all([...running].map(({ ready }) => ready));
  while (!isOver()) {
    await progress();
    await pause(random() * 200);
    const awake = [...running].filter(({ isStopped }) => !isStopped);
    const one = awake[Math.floor(random() * awake.length)];
    if (!one) continue;
    await one.ready;
    if (random() < 0.35) {
      kills++;
      await replace(one);
    } else {
      stops++;
      // Longer than a lease; now and then longer than the workspace lock waits for its holder.
      pending.push(stopFor(one, longStops && random() < 0.1 ? 11_000 : 300 + random() * 500));
    }
  }
  await Promise.all(pending);
  for (const { child } of running) if (child.connected) child.send('end');
  await Promise.all([...running].map(({ ended }) => ended));
  return { kills, stops, failures };
}

async function stopFor(one: Running, ms: number): Promise<void> {
  one.isStopped = true;
  one.child.kill('SIGSTOP');
  await Promise.race([pause(ms), one.ended]);
  one.child.kill('SIGCONT');
  one.isStopped = false;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
