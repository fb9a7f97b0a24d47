import { readdirSync } from 'node:fs';

/** Temporary files, what waits in the spool, and the lock with what is said of it: nothing of it is left once nobody writes. */
export function leftOvers(root: string): string[] {
  const names = readdirSync(root, { recursive: true }).map(String);
  const ours = names.filter((name) => name.endsWith('.tmp') || /^\.state\/(lock$|lock-records\/.|spool\/.)/.test(name));
  return ours.map((name) => `${name} is left`);
}
