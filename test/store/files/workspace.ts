import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import type { Draft, Store } from '../../../src/store/store.ts';
import { draftOf, testOptions } from '../conformance.ts';

/** A workspace of real files in a temporary directory, with a clock that the test moves. */
export interface TestWorkspace {
  root: string;
  options: ReturnType<typeof testOptions>;
  store: Store;
  /** A store of another process, as it were: it remembers nothing of this one. */
  reopen(fs?: FileSystem): Store;
  read(file: string): string;
  write(file: string, text: string): void;
  send(change?: Partial<Draft>, recipients?: string[]): Promise<string>;
  dispose(): void;
}

export async function testWorkspace(): Promise<TestWorkspace> {
  const root = mkdtempSync(path.join(tmpdir(), 'comms-store-'));
  const options = testOptions();
  // A copy of the system calls, since stores with the same ones share what they have understood.
  const reopen = (fs: FileSystem = { ...nodeFileSystem }) => createFilesStore({ ...options, root, fs });
  const store = reopen();
  for (const inbox of [...options.agents, ...Object.keys(options.rules.groups)]) await store.addInbox(inbox);
  return {
    root,
    options,
    store,
    reopen,
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    write: (file, text) => writeFileSync(path.join(root, file), text),
    send: async (change = {}, recipients = ['gpt']) => (await store.deliver({ draft: draftOf(options, change), recipients })).message.id,
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
