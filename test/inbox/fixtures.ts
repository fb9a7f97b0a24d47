import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/inboxes/', import.meta.url);

export const fixtureNames = readdirSync(folder).sort();

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}
