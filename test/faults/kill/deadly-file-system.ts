import fs from 'node:fs';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';

export interface Deadly {
  fs: FileSystem;
  /** From now on the calls are counted, from 1; the process dies before this one, or with `half` in the middle of it. */
  arm(at: number, half: boolean): void;
}

/** The system calls, which kill their process. What was written before stays, as after any SIGKILL. */
export function deadlyFileSystem(onDeath: (call: string) => void): Deadly {
  let left = Number.POSITIVE_INFINITY;
  let half = false;
  const deadly = new Proxy(nodeFileSystem, {
    get(target, name: keyof FileSystem) {
      const real = target[name] as (...given: unknown[]) => unknown;
      return (...args: unknown[]) => {
        left -= 1;
        if (left > 0) return real(...args);
        onDeath(name);
        if (half) writeHalf(name, args);
        process.kill(process.pid, 'SIGKILL');
        // Nothing more is done, should the signal take a moment.
        for (;;);
      };
    },
  });
  return {
    fs: deadly,
    arm(at, inTheMiddle) {
      left = at;
      half = inTheMiddle;
    },
  };
}

/** The calls in whose middle a process can die. */
export function canBeHalf(call: string): boolean {
  return call === 'writeSync' || call === 'writeFileSync';
}

function writeHalf(name: string, args: unknown[]): void {
  if (name === 'writeSync') {
    const [fd, bytes, offset = 0, length, position] = args as [number, Buffer, number?, number?, number?];
    fs.writeSync(fd, bytes, offset, (length ?? bytes.length) >> 1, position ?? null);
  }
  if (name === 'writeFileSync') {
    const [file, text, options] = args as [string, string, fs.WriteFileOptions?];
    fs.writeFileSync(file, text.slice(0, text.length / 2), options);
  }
}
