// Bundles src into dist: the command line with every command in a chunk of its own, so that it loads only what it uses,
// and the library. Run by `npm run build`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

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

/**
 * The validators are one module of 180 KB, since they share the envelope's. Reading config.json, which every command does,
 * needs but one of them: it gets a copy of the module of which nothing else is left over after tree shaking.
 */
const configValidatorAlone = {
  name: 'config-validator-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /generated\/validators\.js$/ }, ({ path, importer, resolveDir }) =>
      /[\\/]src[\\/]workspace[\\/]config\.ts$/.test(importer) ? { path: join(resolveDir, path), suffix: '?config' } : undefined,
    );
    onLoad({ filter: /generated[\\/]validators\.js$/ }, ({ path, suffix }) => {
      if (suffix !== '?config') return undefined;
      // What ajv notes for `unevaluatedProperties`, which no schema has, and constants that look like side effects.
      const contents = readFileSync(path, 'utf8')
        .replace(/^validate\d+\.evaluated = .*$/gm, '')
        .replace(/^( +)const evaluated0 = .*\n(?:\1if \(evaluated0\.\w+\) \{\n.*\n\1\}\n){2}/gm, '')
        .replace(/^(var \w+ = )(new RegExp|require_)/gm, '$1/* @__PURE__ */ $2')
        .replace('= require_ucs2length().default', '= /* @__PURE__ */ (() => require_ucs2length().default)()');
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Everything that each command needs (whatever run.ts imports) goes into one chunk. By itself esbuild makes a chunk for each
 * set of commands that share a module, and `comms where` would load nine of them at a quarter of a millisecond each. So
 * every module that is imported lazily is made to import run.ts, which is loaded by then anyway.
 */
const oneKernel = {
  name: 'one-kernel',
  setup({ onLoad }) {
    const kernel = join(root, 'src/cli/run.ts');
    const lazy = lazilyImported(join(root, 'src'));
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) =>
      lazy.has(path) ? { contents: `import ${JSON.stringify(kernel)};\n${readFileSync(path, 'utf8')}`, loader: 'ts' } : undefined,
    );
  },
};

function lazilyImported(directory) {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Set(
    files.flatMap((name) => {
      const file = join(directory, name);
      return [...readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, target]) => join(dirname(file), target));
    }),
  );
}

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
  plugins: [lazyChildProcess, configValidatorAlone],
  logLevel: 'warning',
};

/**
 * The command line is shipped as CommonJS: `comms where` takes 1.19 times what an empty Node script does, as ES modules
 * 1.36 times. Chunks can be made of ES modules only, so each is translated afterwards.
 */
async function buildCommandLine() {
  const { outputFiles } = await build({
    ...shared,
    plugins: [...shared.plugins, oneKernel],
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
