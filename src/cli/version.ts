import { readFileSync } from 'node:fs';

/** Put in by scripts/build.mjs, so that nothing is read for it. */
declare const __COMMS_VERSION__: string | undefined;

/** The version of this package, such as 0.1.0. */
export const VERSION: string = typeof __COMMS_VERSION__ === 'string' ? __COMMS_VERSION__ : fromPackage();

function fromPackage(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}
