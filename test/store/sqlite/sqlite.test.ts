import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { conformance } from '../conformance.ts';

conformance('sqlite', async (options) => {
  const root = mkdtempSync(path.join(tmpdir(), 'comms-conformance-'));
  const open = () => createSqliteStore({ ...options, root, synchronous: 'NORMAL', busyTimeoutMs: 10_000 });
  const [store, other] = await Promise.all([open(), open()]);
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
