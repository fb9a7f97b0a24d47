import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block, comms, filesWorkspace, send } from '../../cli/watch-harness.ts';

/** What gpt writes into its own, old copy of the inbox. */
export const NOTE = 'gpt: I looked at msg-002;  it is *done*.\t\n';
export const OWN = 'msg-900';

export interface CarelessSave {
  root: string;
  /** The inbox as gpt saved it, and the newer one that it saved it over. */
  saved: string;
  newer: string;
}

export interface SaveOptions {
  root?: string;
  /** How the editor saves. */
  by?: (file: string, text: string) => void;
  /** What happens between gpt's look and its save, beside three messages that arrive and one that is done. */
  meanwhile?: (root: string) => Promise<void>;
}

export const SAVES: Record<string, (file: string, text: string) => void> = {
  'in place': (file, text) => writeFileSync(file, text),
  'through a new file and a rename': (file, text) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  },
};

/**
 * gpt reads its inbox of msg-001 and msg-002. Then msg-003 to msg-005 arrive, and msg-001 is done. gpt completes msg-002 in what
 * it read, adds a note and a message of its own, and saves that over the newer inbox.
 */
export async function carelessSave({ root = filesWorkspace(), by = writeFileSync, meanwhile }: SaveOptions = {}): Promise<CarelessSave> {
  for (const subject of ['One', 'Two']) await send(root, subject);
  const read = readFileSync(inboxOf(root), 'utf8');
  for (const subject of ['Three', 'Four', 'Five']) await send(root, subject);
  await run(root, 'done', 'msg-001', '--as', 'gpt', '--result', 'Done meanwhile.');
  await meanwhile?.(root);
  const newer = readFileSync(inboxOf(root), 'utf8');
  const saved = edited(read);
  by(inboxOf(root), saved);
  return { root, saved, newer };
}

/** The copy with what gpt itself changes. */
export function edited(read: string): string {
  const second = read.indexOf('### Message: msg-002');
  const done = read.slice(0, second) + read.slice(second).replace('"status": "PENDING"', '"status": "COMPLETED"');
  return done.replace(/(?=---\n\n## Archived)/, `${NOTE}\n${block(OWN)}\n`);
}

export function inboxOf(root: string): string {
  return join(root, 'gpt-inbox.md');
}

/** Runs a command that has to succeed. */
export async function run(root: string, ...argv: string[]): Promise<string> {
  const { exit, out, err } = await comms(root, argv);
  if (exit !== 0) throw new Error(`${argv.join(' ')}: ${err}${out}`);
  return out;
}

/** Where each copy for gpt stands, as "msg-001 COMPLETED", "msg-001 COMPLETED archived"; one that stands twice is there twice. */
export function standing(root: string): string[] {
  const archive = join(root, 'archive');
  const archived = readdirSync(root).includes('archive') ? readdirSync(archive).map((name) => join(archive, name)) : [];
  return [inboxOf(root), join(root, 'dead-letters.md'), ...archived].flatMap(copiesIn).sort();
}

/** Told off the text itself, so that nothing is left out that comms would leave out. */
function copiesIn(file: string): string[] {
  const text = readText(file);
  const archivedFrom = text.indexOf('## Archived');
  return [...text.matchAll(/```json\n([\s\S]*?)\n```/g)].map(({ 1: json = '', index }) => {
    const { id, status } = JSON.parse(json);
    const inArchive = file.includes('archive/') || (archivedFrom !== -1 && index > archivedFrom);
    const place = file.endsWith('dead-letters.md') ? ' dead' : inArchive ? ' archived' : '';
    return `${id} ${status}${place}`;
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The text without these messages, each with the empty line before it. */
export function without(text: string, ids: readonly string[]): string {
  return ids.reduce((rest, id) => rest.replace(new RegExp(`\\n### Message: ${id}\\n\\n\`\`\`json\\n[\\s\\S]*?\\n\`\`\`\\n`), ''), text);
}
