import type { Outcome } from './command.ts';
import type { Found } from './find.ts';
import { familyHelp, overview } from './help.ts';
import { VERSION } from './version.ts';

/** What is printed where no command runs: the version, the overview, or the members of a family. */
export function describe(found: Exclude<Found, { kind: 'command' }>): Outcome {
  if (found.kind === 'version') return { data: { version: VERSION }, text: VERSION };
  const text = found.kind === 'family' ? familyHelp(found.family) : overview(VERSION);
  return { data: { help: text }, text };
}
