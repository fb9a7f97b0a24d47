import type { DriverKind } from '../../merge/merge-file.ts';

/** The files of a workspace that comms merges, as patterns of its .gitattributes. */
const PATTERNS: Record<DriverKind, string> = {
  inbox: '/*-inbox.md',
  archive: '/archive/*.md',
  dead: '/dead-letters.md',
  held: '/held.md',
  status: '/status.json',
  channels: '/channels.json',
  reservations: '/reservations.json',
};

export const KINDS = Object.keys(PATTERNS) as DriverKind[];
const TITLE = '# Merged message by message: comms git setup';
const OURS = /(?:^|\s)merge=comms-[a-z]+(?:\s|$)/;

/** The name under which git knows the driver of a kind. */
export function driverName(kind: DriverKind): string {
  return `comms-${kind}`;
}

/** The text of a .gitattributes with every line of ours; the same text where they are there. */
export function withAttributes(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const missing = KINDS.map(attributeLine).filter((line) => !lines.includes(line));
  if (missing.length === 0) return text;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : eol;
  return `${text}${gap}${[...(lines.includes(TITLE) ? [] : [TITLE]), ...missing].join(eol)}${eol}`;
}

/** The same without the lines of ours. */
export function withoutAttributes(text: string): string {
  const kept = text.split(/(?<=\n)/).filter((line) => line.trim() !== TITLE && !OURS.test(line.trim()));
  return kept.join('');
}

export function hasAttributes(text: string): boolean {
  return text.split(/\r?\n/).some((line) => !line.trimStart().startsWith('#') && OURS.test(line));
}

/** Settings of the clone's config: what git is to call. `program` are the words that start comms on this machine. */
export function driverSettings(program: readonly string[]): [name: string, value: string][] {
  return KINDS.flatMap((kind): [string, string][] => [
    [`merge.${driverName(kind)}.name`, `comms: ${kind}, message by message`],
    [`merge.${driverName(kind)}.driver`, driverCommand(kind, program)],
  ]);
}

/**
 * This comms, else the one on the PATH; where neither runs, or it ends in another way than a driver does, git's own merge of
 * the text, with its conflict markers: a driver that cannot start would leave our side without a trace of theirs. Node ends
 * with 1, too, where it finds a script broken; only a conflict has markers.
 */
function driverCommand(kind: DriverKind, program: readonly string[]): string {
  const call = `git merge-driver ${kind} %O %A %B %P`;
  const own = program.map((word) => quoted(word).replaceAll('%', '%%'));
  const markers = `[ $r -eq 1 ] && grep -q '^<<<<<<<' %A && exit 1`;
  return `${startWith(own, call)}; [ $r -eq 0 ] && exit 0; ${markers}; git merge-file -L ours -L base -L theirs %A %O %B; exit 1`;
}

/** Shell code that runs comms with these arguments and puts its status into r; 127 where there is none. */
export function startWith(own: readonly string[], call: string): string {
  const there = own.map((word) => `[ -e ${word} ]`).join(' && ');
  const started = own.length === 0 ? 'if false; then :' : `if ${there}; then ${own.join(' ')} ${call}; r=$?`;
  return `r=127; ${started}; elif command -v comms >/dev/null 2>&1; then comms ${call}; r=$?; fi`;
}

/** A word of a POSIX shell, which is git's on Windows too. */
export function quoted(word: string): string {
  return `'${word.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`;
}

/** A path as it can be pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : quoted(path);
}

function attributeLine(kind: DriverKind): string {
  return `${PATTERNS[kind]} merge=${driverName(kind)}`;
}
