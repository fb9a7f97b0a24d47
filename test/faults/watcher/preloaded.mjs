// Loaded before comms: a system that tells nothing of its files, or has no file watcher left. See sight.ts.
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const sight = process.env.COMMS_TEST_SIGHT;

fs.watch = () => {
  if (sight !== 'silent') throw Object.assign(new Error(`${sight}: injected`), { code: sight });
  return Object.assign(new EventEmitter(), { close() {}, ref() {}, unref() {} });
};
syncBuiltinESMExports();
