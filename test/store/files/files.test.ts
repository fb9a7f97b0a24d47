import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import { conformance } from '../conformance.ts';

conformance('files', async (options) => {
  const root = mkdtempSync(path.join(tmpdir(), 'comms-conformance-'));
  const store = createFilesStore({ ...options, root });
  // As if of another process: it shares nothing that the first one has understood.
  const other = createFilesStore({ ...options, root, fs: { ...nodeFileSystem } });
  for (const agent of options.agents) await store.addInbox(agent);
  return {
    store,
    other,
    async dispose() {
      await store.close();
      await other.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
});
