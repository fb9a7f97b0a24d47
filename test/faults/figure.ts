import { appendFileSync } from 'node:fs';

/** Notes a figure of a test, such as ("kills", 1000), for the table of `npm run test:faults`. Figures of one name are added up. */
export function figure(name: string, value: number): void {
  const file = process.env.COMMS_TEST_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify({ name, value })}\n`);
}
