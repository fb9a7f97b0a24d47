import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import { conformance } from './conformance.ts';

conformance('memory', async (options) => {
  const store = createMemoryStore(options);
  return { store, other: store, dispose: () => store.close() };
});
