import { watch } from 'node:fs';

/** Opens a file watcher on a directory and closes it. Rejects with EMFILE or ENOSPC where the system has none left. */
export async function tryWatcher(root: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // Throws for what is wrong at once, and tells of the rest in an event.
    const watcher = watch(root, { persistent: false });
    watcher.on('error', reject);
    setImmediate(() => {
      watcher.close();
      resolve();
    });
  });
}
