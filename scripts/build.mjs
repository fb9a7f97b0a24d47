// Bundles src into dist: the command line with every command in a chunk of its own, so that it loads only what it uses,
// and the library. Run by `npm run build`.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/**
 * Commander requires node:child_process for executable subcommands, which we have none of; it takes 3 ms to load.
 * It is loaded when it is asked for.
 */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: `module.exports = { spawn: (...args) => process.getBuiltinModule('node:child_process').spawn(...args) };`,
      loader: 'js',
    }));
  },
};

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/comms.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Node's own modules that bundled CommonJS packages require.
  banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
  chunkNames: 'chunks/[name]-[hash]',
  // UMD, which jsonc-parser has as its main, cannot be bundled.
  mainFields: ['module', 'main'],
  define: { __COMMS_VERSION__: JSON.stringify(version) },
  minify: true,
  legalComments: 'linked',
  // Optional native packages stay outside, and are imported only when they are used.
  external: ['better-sqlite3', 'fsevents'],
  plugins: [lazyChildProcess],
  logLevel: 'warning',
});
