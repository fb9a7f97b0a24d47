import type { LockOptions } from 'proper-lockfile';

export type LockFunction = (file: string, options: LockOptions) => Promise<() => Promise<void>>;

let loading: Promise<LockFunction> | undefined;

/** proper-lockfile's `lock`, loaded when the first lock is asked for: it costs 15 ms, and reading needs none. */
export function loadLibrary(): Promise<LockFunction> {
  loading ??= load();
  return loading;
}

/**
 * The library's signal-exit listens to fifteen signals as soon as it is loaded. Where it finds itself the only listener
 * it sends the signal again, which ends the process: also when the program's own handler was there, but by
 * `process.once`, so that it was gone when signal-exit counted. An orderly shutdown would then be cut off. We need none
 * of it: the lock of a process that ended is taken over at once, and that is how the next one learns of work half done.
 */
async function load(): Promise<LockFunction> {
  const before = signalListeners();
  const { default: library } = await import('proper-lockfile');
  for (const [signal, listener] of signalListeners()) {
    const isNew = !before.some(([name, known]) => name === signal && known === listener);
    if (isNew && isOfSignalExit(listener)) process.removeListener(signal, listener);
  }
  return library.lock;
}

type Listener = (...args: unknown[]) => void;

function signalListeners(): [string, Listener][] {
  const signals = process.eventNames().filter((name): name is string => typeof name === 'string' && name.startsWith('SIG'));
  return signals.flatMap((signal) =>
    process.listeners(signal as NodeJS.Signals).map((listener): [string, Listener] => [signal, listener as Listener]),
  );
}

/** Others may have begun to listen while the library was loading. Property names survive a minifier. */
function isOfSignalExit(listener: Listener): boolean {
  const source = String(listener);
  return source.includes('.listeners(') && source.includes('.count') && source.includes('.kill(');
}
