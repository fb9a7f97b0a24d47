import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDERR = 2;

export interface BellOptions {
  isTty?: boolean;
  write?: (text: string) => void;
}

/** Rings the terminal's bell; on stderr, so that it never gets among the data, and only where that is a terminal. */
export function ringBell({ isTty = isatty(STDERR), write = (text) => void writeSync(STDERR, text) }: BellOptions = {}): void {
  if (isTty) write('\u0007');
}
