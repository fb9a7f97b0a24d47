/** The nth id of a workspace: "msg-001", and "msg-1000" after "msg-999". */
export function formatId(n: number): string {
  return `msg-${String(n).padStart(3, '0')}`;
}

/** The number in "msg-012"; undefined for ids of another form, and for numbers that JavaScript cannot count on from. */
export function idNumber(id: unknown): number | undefined {
  const digits = typeof id === 'string' ? /^msg-(\d{1,15})$/.exec(id)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

const BRACKETED = /^(?:msg-)?(?:<.*>|\{.*\}|\[.*\])$/s;
const BLANKS = /^msg-\d*(?:[XYN]+|[#?*_]+|\.{2,}|…)$/i;

/** Whether an id only stands for one, as in templates: msg-XXX, msg-NNN, msg-###, msg-???, msg-00X, <id>, {id}. */
export function isPlaceholderId(id: unknown): boolean {
  return typeof id === 'string' && (BLANKS.test(id) || BRACKETED.test(id));
}

/** Whether an id may stand in a command line that people and agents are shown; what somebody wrote by hand may hold a command. */
export function isPlainId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id);
}

/** Ascending: by number, then ids of another form by their characters. */
export function compareIds(a: string, b: string): number {
  const [x, y] = [idNumber(a), idNumber(b)];
  if (x !== undefined && y !== undefined && x !== y) return x - y;
  if (x === undefined && y !== undefined) return 1;
  if (x !== undefined && y === undefined) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
