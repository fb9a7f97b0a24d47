import { spawnSync } from 'node:child_process';

export interface Tmpfs {
  /** Where it is mounted, for this program alone. */
  at: string;
  bytes: number;
  /** How many files it can hold; default: any number. */
  inodes?: number;
}

/** Runs a program that sees a tmpfs of its own. Undefined where this machine lets us mount none; else what it printed. */
export function inTmpfs({ at, bytes, inodes }: Tmpfs, program: readonly string[]): string | undefined {
  const options = `size=${bytes}${inodes === undefined ? '' : `,nr_inodes=${inodes}`}`;
  const mount = 'mount -t tmpfs -o "$1" comms-test "$2" || exit 77; shift 2; exec "$@"';
  for (const flags of process.getuid?.() === 0 ? ['-m'] : ['-rm']) {
    const { status, stdout, stderr } = spawnSync('unshare', [flags, 'sh', '-c', mount, 'sh', options, at, ...program], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (status === 0) return stdout;
    if (status !== null && status !== 77 && !stderr.includes('unshare')) throw new Error(`It ended with ${status}: ${stdout}${stderr}`);
  }
  return undefined;
}
