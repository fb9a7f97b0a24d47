import fs from 'node:fs';
import path from 'node:path';
import type { Answer, Operation, Request, Verb } from './history.ts';

/** Calls something, and records when it was called and what came of it. Undefined where it was refused or failed. */
export type Recorder = (verb: Verb, request: Request, run: () => Promise<Answer>) => Promise<Answer | undefined>;

/**
 * Each line is written before the next step begins, so that what a killed process had called, and what it was told, is in its
 * file: a line that is cut off says that the call was not made, or that its answer was not yet anybody's.
 */
export function createRecorder(directory: string, client: string, now: () => number): Recorder {
  const file = fs.openSync(path.join(directory, `${client}.ndjson`), 'ax');
  const write = (line: unknown) => fs.writeSync(file, `${JSON.stringify(line)}\n`);
  let calls = 0;
  return async (verb, request, run) => {
    const n = ++calls;
    write({ n, client, verb, request, call: now() });
    try {
      const answer = await run();
      write({ n, return: now(), answer });
      return answer;
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      write({ n, return: now(), error: code ?? String(message) });
      return undefined;
    }
  };
}

/** What all clients recorded in this directory, in the order of their calls. */
export function readHistory(directory: string): Operation[] {
  const files = fs.readdirSync(directory).filter((name) => name.endsWith('.ndjson'));
  return files.flatMap((name) => readOne(path.join(directory, name))).sort((a, b) => a.call - b.call);
}

/** How much was recorded, in bytes; cheaper than to read it. */
export function recordedBytes(directory: string): number {
  const files = fs.readdirSync(directory).filter((name) => name.endsWith('.ndjson'));
  return files.reduce((sum, name) => sum + fs.statSync(path.join(directory, name)).size, 0);
}

function readOne(file: string): Operation[] {
  const operations = new Map<number, Operation>();
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const said = parse(line);
    if (!said) continue;
    const { n, ...fields } = said;
    operations.set(n, { ...operations.get(n), ...fields });
  }
  return [...operations.values()];
}

function parse(line: string): (Operation & { n: number }) | undefined {
  try {
    return JSON.parse(line) as Operation & { n: number };
  } catch {
    return undefined;
  }
}
