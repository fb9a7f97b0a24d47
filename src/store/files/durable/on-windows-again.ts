import { errnoOf } from '../../../errors.ts';

const TRIES = 10;
const WAIT_MS = 10;

/** Whether an error is one that Windows gives for a file which a scanner or an editor has open for a moment. */
export function isPassingOnWindows(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'].includes(errnoOf(error) ?? '');
}

/** Makes a call that replaces or removes something, on Windows for up to half a second until nobody is in the way. */
export function onWindowsAgain<T>(call: () => T, platform: NodeJS.Platform = process.platform): T {
  for (let tries = 1; ; tries++) {
    try {
      return call();
    } catch (error) {
      if (tries >= TRIES || !isPassingOnWindows(error, platform)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS * tries);
    }
  }
}
