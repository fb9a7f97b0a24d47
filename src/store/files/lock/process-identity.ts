import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../../../errors.ts';

/** Enough about a process to tell from outside whether it still runs. An empty string is what the system does not say. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes with each start of the machine. Linux only. */
  bootId: string;
  /** Processes see each other's pids only within one namespace: a sandboxed agent takes all others for gone. Linux only. */
  pidNamespace: string;
  /** When the process started, in clock ticks since boot; a pid is given again. Linux only. */
  started: string;
}

let own: ProcessIdentity | undefined;

export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    host: hostname(),
    bootId: textOf('/proc/sys/kernel/random/boot_id'),
    pidNamespace: linkOf('/proc/self/ns/pid'),
    started: statusOf(process.pid)?.started ?? '',
  };
  return own;
}

/** Whether the process is certainly gone; false where that cannot be known from here. */
export function isGone(other: ProcessIdentity): boolean {
  if (!seesPidsOf(other)) return false;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return errnoOf(error) === 'ESRCH';
  }
  const now = statusOf(other.pid);
  // Where /proc hides other users' processes there is nothing to compare.
  if (!now) return false;
  // A killed process whose parent has not asked for it keeps its pid; in a container without an init it keeps it for ever.
  const ended = now.state === 'Z' || now.state === 'X';
  return ended || (other.started !== '' && now.started !== other.started);
}

/** A boot id is the machine's, its containers' too; their namespaces differ. Without either only 10 s of silence tell. */
function seesPidsOf(other: ProcessIdentity): boolean {
  const me = ownIdentity();
  if (process.platform !== 'linux') return other.host === me.host && other.bootId === '';
  return me.bootId !== '' && me.pidNamespace !== '' && other.bootId === me.bootId && other.pidNamespace === me.pidNamespace;
}

/** Fields 3 and 22 of /proc/PID/stat. The name in field 2 may hold spaces and parentheses. */
function statusOf(pid: number): { state: string; started: string } | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', started = ''] = [fields[0], fields[19]];
  return started === '' ? undefined : { state, started };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
