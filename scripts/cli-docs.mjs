// Writes docs/cli.md from the specs of the commands. Run by `npm run docs`; test/cli/docs.test.ts checks that it is current.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside of the project, so that what is left outside of the bundle is found.
mkdirSync(`${root}dist`, { recursive: true });
const directory = mkdtempSync(`${root}dist/docs-`);
try {
  const outfile = join(directory, 'docs.mjs');
  const entryPoints = [`${root}src/cli/docs.ts`];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' });
  const { commandReference } = await import(pathToFileURL(outfile).href);
  mkdirSync(`${root}docs`, { recursive: true });
  writeFileSync(`${root}docs/cli.md`, await commandReference());
} finally {
  rmSync(directory, { recursive: true, force: true });
}
