// How the command line is cut into files. Each file that Node loads costs a quarter of a millisecond, and each 10 KB of
// code about as much, so `comms send` should load few files and little that it does not use. By itself esbuild makes a chunk
// for every set of entry points that share a module, which were thirty files. Here it is told of two large pieces:
//
// - the kernel: what every command needs, that is run.ts and the modules beside it;
// - the engine: what an opened workspace needs, that is comms.ts with the use cases and the store of files.
//
// Modules that are imported lazily are entry points. Each is made to import the kernel, and those that work with an opened
// workspace the engine as well, both of which are loaded by then anyway. So these two are what all have in common.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Beside run.ts, but not of use to every command. */
const NOT_KERNEL = ['main.ts', 'docs.ts', 'describe.ts', 'input.ts'];
/** Lazy in the source, so that a program which uses the library loads little; every command that opens a workspace wants them. */
const IN_ENGINE = /^src\/(core\/(answer|look|loops|prepare|thread|track|routing\/log)|store\/files\/files-store|comms-traffic)\.ts$/;
const OF_ENGINE = /^src\/(core|store|orchestrator)\/|^src\/comms-\w+\.ts$/;

export function chunks(root) {
  const files = sourceFiles(root);
  const lazy = new Set(files.flatMap((file) => lazyImports(root, file).map(({ target }) => target)));
  const kernel = files.filter((file) => /^src\/cli\/[^/]+\.ts$/.test(file) && !NOT_KERNEL.some((name) => file.endsWith(`/${name}`)));
  const imports = (targets) => targets.map((target) => `import ${JSON.stringify(join(root, target))};\n`).join('');

  return {
    name: 'chunks',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const file = posix(relative(root, path));
        const source = withoutLaziness(root, file, readFileSync(path, 'utf8'));
        const shared = lazy.has(file) ? imports(usesEngine(file, source) ? [...kernel, 'src/comms.ts'] : kernel) : '';
        return { contents: shared + source, loader: 'ts' };
      });
    },
  };
}

function usesEngine(file, source) {
  return OF_ENGINE.test(file) || (file.startsWith('src/cli/commands/') && /\bopen\(\)/.test(source));
}

/** Imports at once what belongs to the engine. */
function withoutLaziness(root, file, source) {
  let result = source;
  lazyImports(root, file)
    .filter(({ target }) => IN_ENGINE.test(target))
    .forEach(({ whole, specifier }, index) => {
      result = `import * as __engine${index} from '${specifier}';\n${result.replaceAll(whole, `Promise.resolve(__engine${index})`)}`;
    });
  return result;
}

function lazyImports(root, file) {
  const matches = readFileSync(join(root, file), 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g);
  return [...matches].map(([whole, specifier]) => ({ whole, specifier, target: posix(join(dirname(file), specifier)) }));
}

function sourceFiles(root) {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => posix(join('src', name)));
}

function posix(path) {
  return path.split(sep).join('/');
}
