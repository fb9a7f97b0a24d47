import type { FileSystem } from '../file-system.ts';

/** What tells one state of a file from another without reading it. Decimal strings, because inodes may pass 2^53. */
export interface Stamp {
  ino: string;
  size: number;
  mtimeNs: string;
}

/** Younger than this, a file may have been changed again without its mtime showing it. Coarse file systems tick in 10 ms. */
const YOUNG_NS = 50_000_000n;
/** FAT counts in two seconds, some network file systems in one: their times are whole seconds. */
const YOUNG_IN_SECONDS_NS = 2_500_000_000n;
const SECOND_NS = 1_000_000_000n;

export function stampOfDescriptor(fs: FileSystem, fd: number): Stamp {
  return toStamp(fs.fstatSync(fd, { bigint: true }));
}

export function toStamp(stat: { ino: bigint; size: bigint; mtimeNs: bigint }): Stamp {
  return { ino: String(stat.ino), size: Number(stat.size), mtimeNs: String(stat.mtimeNs) };
}

export function sameStamp(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return a?.ino === b?.ino && a?.size === b?.size && a?.mtimeNs === b?.mtimeNs;
}

/** Whether the file was changed so shortly before `nowNs` that its stamp alone does not vouch for its bytes. */
export function isYoung(stamp: Stamp, nowNs: bigint = BigInt(Date.now()) * 1_000_000n): boolean {
  const mtimeNs = BigInt(stamp.mtimeNs);
  return nowNs - mtimeNs < (mtimeNs % SECOND_NS === 0n ? YOUNG_IN_SECONDS_NS : YOUNG_NS);
}
