import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median } from './samples.mjs';

const MESSAGES = 10_000;
const AGENTS = 50;
const TASKS = 500;
const RUNS = 20;

/** What the checks of a message cost. */
export async function measureOrchestration() {
  return [
    { name: 'graph of 10,000 coordination messages, a new one checked for cycles', unit: 'ms', goal: 50, value: await graphAndCycle() },
  ];
}

/** The graph is built and searched each time; the one chain through every agent makes the way back long. */
async function graphAndCycle() {
  const { waitsOf, waitsFrom, cycleThrough } = await source(['orchestrator/conflicts/dependencies.ts', 'orchestrator/conflicts/cycles.ts']);
  const agents = Array.from({ length: AGENTS }, (_, at) => `agent-${at}`);
  const who = { agents, aliases: {}, groups: {} };
  const copies = Array.from({ length: MESSAGES }, (_, at) => coordination(at));
  const fresh = coordination(0).message;
  const last = {
    ...fresh,
    id: 'msg-000',
    sender: agents.at(-1),
    content: { ...fresh.content, context: { ...fresh.content.context, requirements: [] } },
  };
  const samples = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    const cycle = cycleThrough(waitsOf(copies, who), waitsFrom(last, [agents[0]], who));
    samples.push(performance.now() - start);
    if (!cycle) throw new Error('The cycle was not found.');
  }
  return median(samples);
}

/** Each agent waits for the next one and for two tasks; one message in ten is an answer, and one in ten is completed. */
function coordination(at) {
  const from = at % (AGENTS - 1);
  const isAnswer = at % 10 === 9;
  const context = isAnswer
    ? { ready: true }
    : {
        coordination_type: at % 2 ? 'blocker' : 'dependency',
        action: 'x',
        impact: 'y',
        requirements: [`task-${at % TASKS}`, `task-${(at * 7) % TASKS}`],
      };
  const message = {
    id: `msg-${String(at + 1).padStart(3, '0')}`,
    timestamp: '2026-01-17T12:00:00.000Z',
    sender: `agent-${from}`,
    recipient: `agent-${from + 1}`,
    type: isAnswer ? 'RESPONSE' : 'COORDINATION',
    priority: 'medium',
    status: at % 10 === 5 ? 'COMPLETED' : 'PENDING',
    subject: `Number ${at}`,
    content: { details: 'x', context, attachments: [] },
    references: isAnswer ? [`msg-${String(at).padStart(3, '0')}`] : [],
    requires_response: false,
  };
  return { inbox: message.recipient, section: 'active', message };
}

/** What modules of src export, bundled as for dist, where only the public API can be reached. */
async function source(modules) {
  const src = fileURLToPath(new URL('../src/', import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), 'comms-bench-'));
  try {
    const outfile = join(directory, 'modules.mjs');
    const contents = modules.map((module) => `export * from ${JSON.stringify(`./${module}`)};`).join('\n');
    await build({
      stdin: { contents, resolveDir: src },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      mainFields: ['module', 'main'],
      minify: true,
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
