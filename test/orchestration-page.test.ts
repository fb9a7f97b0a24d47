import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAS_BASH, NORMALISATIONS, type Normalisation, normalised, ROOT, runInBash, tourOf } from './tour.ts';

/** docs/orchestration.md is run word by word (see tour.ts). */
const PAGE = readFileSync(path.join(ROOT, 'docs', 'orchestration.md'), 'utf8');
const OWN: readonly Normalisation[] = [...NORMALISATIONS, ['how late something is', /\b\d+(?:m?s) late\b|\(\w+, \d+m?s\)/g, 'LATE']];

let directory: string;
let outputs: string[];

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-orchestration-')));
  if (HAS_BASH) {
    outputs = runInBash(
      tourOf(PAGE).map(({ command }) => command),
      directory,
    );
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(!HAS_BASH)('docs/orchestration.md', () => {
  test('shows what it speaks of', () => {
    expect(tourOf(PAGE).length).toBeGreaterThanOrEqual(20);
  });

  test.each(tourOf(PAGE).map((step, n) => ({ ...step, n })))('$command', ({ output, n }) => {
    expect(normalised(outputs[n] ?? '', directory, OWN)).toBe(normalised(output, directory, OWN));
  });
});
