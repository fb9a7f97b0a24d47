import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../cli/watch-harness.ts';

export const inboxOf = (root: string) => join(root, 'gpt-inbox.md');

/** The ways in which people and agents put a message into an inbox themselves: each writes one with this id. */
export const BY_HAND: Record<string, (root: string, id: string) => void> = {
  'an append, as of cat >>': (root, id) => appendFileSync(inboxOf(root), `\n${block(id)}`),
  'a write in place': (root, id) => writeFileSync(inboxOf(root), withMessage(root, id)),
  'a save through a new file and a rename, as of VS Code': (root, id) => {
    writeFileSync(`${inboxOf(root)}.tmp-1`, withMessage(root, id));
    renameSync(`${inboxOf(root)}.tmp-1`, inboxOf(root));
  },
  'a save that renames the old file first, as of vim': (root, id) => {
    const text = withMessage(root, id);
    renameSync(inboxOf(root), `${inboxOf(root)}~`);
    writeFileSync(inboxOf(root), text);
  },
};

/** The inbox with one message more, before its archived ones. */
function withMessage(root: string, id: string): string {
  return readFileSync(inboxOf(root), 'utf8').replace(/(?=---\n\n## Archived)/, `${block(id)}\n`);
}
