import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { INVOCATIONS, LEFT_OUT } from './start-up-invocations.mjs';
import { busyProject } from './start-up-project.mjs';
import { ratioOfRuns } from './whole-process.mjs';

const PAIRS = 5;
/** What `wait` and its like end with where nothing came. */
const FINE = [0, 4];

/** Each command as a process of its own, in a project that is in use, against an empty script. */
export async function measureStartUp() {
  const project = await busyProject();
  try {
    return namesOfCommands().map((name) => {
      const words = INVOCATIONS[name];
      if (!words) throw new Error(`bench/start-up-invocations.mjs does not say how to run "comms ${name}".`);
      const value = ratioOfRuns(project.dir, PAIRS, (n) => runOf(name, words(project, n + 2)), FINE);
      return { name: `comms ${name} against an empty script`, value, unit: 'ratio' };
    });
  } finally {
    project.remove();
  }
}

function runOf(name, given) {
  const { words, before } = Array.isArray(given) ? { words: given } : given;
  return { words: [...name.split(' '), ...words], before };
}

/** As the table of the command line has them, so that no new command is forgotten. */
function namesOfCommands() {
  const table = readFileSync(fileURLToPath(new URL('../src/cli/table.ts', import.meta.url)), 'utf8');
  const names = [...table.matchAll(/\bname: '([^']+)'/g)].map(([, name]) => name);
  return names.filter((name) => !LEFT_OUT.includes(name));
}
