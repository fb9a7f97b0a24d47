import { spawn } from 'node:child_process';
import { ownEnvironment } from './environment.ts';
import { notStarted, quietEnvironment } from './git.ts';

/** Reads objects through one `git cat-file --batch`, in the order in which they are asked for. Close it in the end. */
export interface Blobs {
  /** The bytes of a blob; undefined where the object is missing (as in a partial clone without its remote) or no blob. */
  read(oid: string): Promise<Buffer | undefined>;
  close(): void;
}

interface Waiting {
  resolve(bytes: Buffer | undefined): void;
  reject(error: unknown): void;
}

/** @throws GIT_MISSING from the first read where there is no git */
export function openBlobs(top: string, { env = process.env }: { env?: Record<string, string | undefined> } = {}): Blobs {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: top,
    env: quietEnvironment(ownEnvironment(env)),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting: Waiting[] = [];
  const feed = reader((bytes) => waiting.shift()?.resolve(bytes));
  let ended: unknown;
  const end = (error: unknown) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.stdout.on('data', feed);
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => end(notStarted(error)));
  child.on('close', () => end(new Error('git cat-file ended before it answered.')));
  return {
    async read(oid) {
      // A line is a request: nothing but the name of an object may be one.
      if (!/^[0-9a-f]{40,64}$/.test(oid)) return undefined;
      if (ended !== undefined) throw ended;
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (!child.stdin.writableCorked) {
          // Requests that are made together go together.
          child.stdin.cork();
          queueMicrotask(() => child.stdin.uncork());
        }
        child.stdin.write(`${oid}\n`);
      });
    },
    close: () => child.stdin.end(),
  };
}

/** Cuts what `cat-file --batch` writes into answers: "<oid> blob <size>\n<bytes>\n", or "<oid> missing\n". */
function reader(answer: (bytes: Buffer | undefined) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let have = 0;
  let wanted: { type: string; size: number } | undefined;
  const join = () => {
    const all = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    have = 0;
    return all ?? Buffer.alloc(0);
  };
  const keep = (rest: Buffer) => {
    if (rest.length > 0) parts.push(rest);
    have = rest.length;
  };
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    while (have > 0) {
      if (wanted !== undefined && have <= wanted.size) return;
      const all = join();
      if (wanted === undefined) {
        const newline = all.indexOf(10);
        keep(all.subarray(newline + 1));
        if (newline === -1) return;
        const [, type = '', size] = all.toString('latin1', 0, newline).split(' ');
        if (size === undefined) answer(undefined);
        else wanted = { type, size: Number(size) };
      } else {
        const { type, size } = wanted;
        wanted = undefined;
        keep(all.subarray(size + 1));
        answer(type === 'blob' ? all.subarray(0, size) : undefined);
      }
    }
  };
}
