import { blocksOf } from '../../inbox/inbox.ts';
import type { Disk } from './disk.ts';
import { kindOf } from './layout.ts';
import { parsed } from './sheet.ts';

/** A block that should be a message and cannot be understood: who reads the file does not see what somebody wrote to them. */
export interface Broken {
  file: string;
  inbox: string | undefined;
  /** "gpt-inbox.md:12: The block is not JSON: …", for people. */
  text: string;
  /** The same for the same block, wherever it stands by now. */
  key: string;
}

/** The broken blocks of files that have been read already, which costs no parse. */
export function brokenIn(disk: Disk, files: readonly string[]): Broken[] {
  return files.flatMap((file) => {
    const kind = kindOf(file);
    return blocksOf(parsed(disk.read(file).sheet).doc).flatMap(({ error, id, json }): Broken[] => {
      if (!error) return [];
      const text = `${file}:${error.line}: ${error.message}${id === undefined ? '' : ` (${id})`} Nobody can act on it until it is mended by hand.`;
      return [{ file, inbox: kind?.kind === 'inbox' ? kind.inbox : undefined, text, key: `${file}\0${json}` }];
    });
  });
}
