// Bundles src into dist: the command line with every command in a chunk of its own, so that it loads only what it uses,
// and the library. Run by `npm run build`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { chunks } from './chunks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/**
 * What packages of ours load at start and we do not use, with the ms that it takes. Commander can run executable
 * subcommands. graceful-fs queues where file descriptors run out. signal-exit takes locks away when a signal comes, which
 * store/files/lock does not want anyway.
 */
const SLIMMED = [
  {
    of: 'commander',
    module: 'node:child_process',
    ms: 3,
    by: "exports.spawn = (...args) => process.getBuiltinModule('node:child_process').spawn(...args);",
  },
  { of: 'proper-lockfile', module: 'graceful-fs', ms: 5, by: "module.exports = require('node:fs');" },
  { of: 'proper-lockfile', module: 'signal-exit', ms: 1, by: 'module.exports = () => () => {};' },
];

const slim = {
  name: 'slim',
  setup({ onResolve, onLoad }) {
    for (const [index, { of, module }] of SLIMMED.entries()) {
      const inside = new RegExp(`[\\\\/]node_modules[\\\\/]${of}[\\\\/]`);
      onResolve({ filter: new RegExp(`^${module}$`) }, ({ importer }) =>
        inside.test(importer) ? { path: String(index), namespace: 'slim' } : undefined,
      );
    }
    onLoad({ filter: /.*/, namespace: 'slim' }, ({ path }) => ({ contents: SLIMMED[Number(path)].by, loader: 'js' }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  // UMD, which jsonc-parser has as its main, cannot be bundled.
  mainFields: ['module', 'main'],
  define: { __COMMS_VERSION__: JSON.stringify(version) },
  minify: true,
  legalComments: 'none',
  // Optional native packages stay outside, and are imported only when they are used.
  external: ['better-sqlite3', 'fsevents'],
  plugins: [slim],
  logLevel: 'warning',
};

/**
 * The command line is shipped as CommonJS: `comms where` takes 1.19 times what an empty Node script does, as ES modules
 * 1.36 times. Chunks can be made of ES modules only, so each is translated afterwards.
 */
async function buildCommandLine() {
  const { outputFiles } = await build({
    ...shared,
    plugins: [...shared.plugins, chunks(root)],
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist/cli',
    chunkNames: '[name]-[hash]',
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    write(path, code);
  }
  write(`${root}dist/cli/package.json`, '{"type":"commonjs"}\n');
}

async function buildLibrary() {
  // Node's own modules that bundled CommonJS packages require.
  const banner = "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";
  await build({ ...shared, entryPoints: { index: 'src/comms.ts' }, outdir: 'dist', banner: { js: banner } });
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

rmSync(`${root}dist`, { recursive: true, force: true });
await Promise.all([buildCommandLine(), buildLibrary()]);
