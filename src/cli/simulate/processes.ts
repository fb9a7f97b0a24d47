import { type ChildProcess, fork } from 'node:child_process';
import { CommsError } from '../../errors.ts';
import { TASK_VARIABLE, type Task } from './agent.ts';
import { agentNames, type Plan } from './plan.ts';
import { keep, noRecords, type Records, type Told } from './records.ts';

/** Nothing was told for so long: what is open stays open. In ms. */
const STALLED_MS = 60_000;
/** How long a process may take to end before it is killed. In ms. */
const GRACE_MS = 3_000;

export interface RunOptions {
  plan: Plan;
  /** The workspace's directory. */
  root: string;
  /** What Node runs. */
  program: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (sent: number, completed: number) => void;
}

/**
 * Starts one process for each agent, lets all begin at the same moment, and resolves to what they told once every message
 * is completed; also where nothing happens any more, or a process died. Whatever happens, no process stays behind.
 * @throws INTERNAL where the processes do not start; the reason of `signal`
 */
export async function runAgents(options: RunOptions): Promise<Records> {
  const { plan, signal, onProgress } = options;
  const records = noRecords();
  const progress = { ready: 0, sentAll: 0 };
  const settled = settler();
  let timer = setTimeout(() => {}, 0);
  const awake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => settled.end(), STALLED_MS);
  };
  const onAbort = () => settled.fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  const children = agentNames(plan).map((agent) => start({ ...plan, agent }, options));
  const go = () => {
    for (const child of children) child.send('go', () => {});
  };
  const hear = (told: Told) => {
    awake();
    keep(records, told);
    if (told.told === 'ready' && ++progress.ready === children.length) go();
    if (told.told === 'sent all') progress.sentAll += 1;
    onProgress(records.sent.length, records.completed.length);
    if (progress.sentAll === children.length && isOver(records)) settled.end();
  };
  for (const [index, child] of children.entries()) {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    child.on('message', (told) => hear(told as Told));
    child.on('error', (error) => settled.fail(error));
    child.on('exit', (code, killedBy) => {
      if (settled.isSettled()) return;
      const agent = agentNames(plan)[index];
      const message = `The process of ${agent} ended with ${killedBy ?? code}. ${said.trim()}`.trim();
      if (progress.ready < children.length)
        settled.fail(new CommsError('INTERNAL', message, { hint: 'COMMS_DEBUG=1 prints where it happened.' }));
      records.errors.push({ told: 'error', code: 'PROCESS_ENDED', message });
      settled.end();
    });
  }
  awake();
  try {
    await settled.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await Promise.all(children.map(stop));
  }
  return records;
}

function start(task: Task, { root, program, env }: RunOptions): ChildProcess {
  const { COMMS_AGENT: _, ...rest } = env;
  return fork(program, ['simulate'], {
    env: { ...rest, COMMS_WORKSPACE: root, [TASK_VARIABLE]: JSON.stringify(task) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Lets it finish what it is about, and kills it where that takes too long. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.send('stop', () => {});
    else child.kill('SIGKILL');
  });
}

function isOver({ sent, completed }: Records): boolean {
  return completed.length >= sent.length && new Set(completed.map(({ uid }) => uid)).size >= sent.length;
}

function settler() {
  let settledAlready = false;
  let end = () => {};
  let fail = (_: unknown) => {};
  const promise = new Promise<void>((resolve, reject) => {
    end = () => {
      settledAlready = true;
      resolve();
    };
    fail = (reason) => {
      settledAlready = true;
      reject(reason);
    };
  });
  return { promise, end: () => end(), fail: (reason: unknown) => fail(reason), isSettled: () => settledAlready };
}
