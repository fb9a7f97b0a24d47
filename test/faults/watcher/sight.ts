import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { figure } from '../figure.ts';

/**
 * What the system tells a watcher: everything; nothing, as network mounts do; or that no inotify instance (EMFILE) or watch
 * (ENOSPC) is left.
 */
export type Sight = 'all' | 'silent' | 'EMFILE' | 'ENOSPC';

const PRELOADED = fileURLToPath(new URL('./preloaded.mjs', import.meta.url));
const LIMITS = { EMFILE: 'max_inotify_instances', ENOSPC: 'max_inotify_watches' };

/** The command line of a Node program that sees this much. The program is to get `sight` in COMMS_TEST_SIGHT, too. */
export function argvUnder(sight: Sight, argv: string[]): string[] {
  if (sight === 'all') return [process.execPath, ...argv];
  if (sight !== 'silent' && isReal(sight)) return [...exhausted(sight), process.execPath, ...argv];
  return [process.execPath, '--import', PRELOADED, ...argv];
}

const real = new Map<Sight, boolean>();

/**
 * Whether the system itself can be made to refuse: a user namespace of its own has limits of its own, so that nobody else
 * runs out of watchers. Where there are none, Node's fs.watch is made to refuse, and a line says so.
 */
function isReal(sight: 'EMFILE' | 'ENOSPC'): boolean {
  const known = real.get(sight);
  if (known !== undefined) return known;
  const [program = '', ...argv] = [...exhausted(sight), process.execPath, '-e', 'require("fs").watch(".").close()'];
  const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  const is = status !== 0 && String(stderr).includes(sight);
  if (!is) console.log(`No user namespace can be had here: ${sight} of inotify is made by fs.watch, not by the system.`);
  figure(is ? 'watchers refused by the system' : 'watchers refused by an injected fs.watch', 1);
  real.set(sight, is);
  return is;
}

function exhausted(sight: 'EMFILE' | 'ENOSPC'): string[] {
  return ['unshare', '-Ur', 'sh', '-c', `echo 0 > /proc/sys/user/${LIMITS[sight]} && exec "$@"`, 'sh'];
}
