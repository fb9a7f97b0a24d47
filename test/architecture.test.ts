import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

interface Source {
  /** Relative to src, with forward slashes. */
  file: string;
  text: string;
  /** Without comments, so that these may speak of what the code may not do. */
  code: string;
  imports: Import[];
}

interface Import {
  /** A module of ours relative to src, or the name of a package. */
  target: string;
  lazy: boolean;
  /** `import type`: gone at run time, though it ties layers together all the same. */
  typeOnly: boolean;
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !name.startsWith('generated/'))
  .map(read);

/** Each folder with those that it may import from, itself included. The files in src itself are the composition. */
const LAYERS: Record<string, string[]> = {
  generated: [],
  errors: [],
  message: ['message', 'errors', 'generated'],
  inbox: ['inbox', 'message', 'errors', 'generated'],
  store: ['store', 'merge', 'inbox', 'message', 'errors', 'generated'],
  workspace: ['workspace', 'message', 'inbox', 'errors', 'generated'],
  merge: ['merge', 'inbox', 'message', 'errors', 'generated'],
  git: ['git', 'errors'],
  orchestrator: ['orchestrator', 'store', 'workspace', 'message', 'errors', 'generated'],
  core: ['core', 'merge', 'git', 'orchestrator', 'store', 'workspace', 'inbox', 'message', 'errors', 'generated'],
  comms: ['comms', 'core', 'merge', 'git', 'orchestrator', 'store', 'workspace', 'inbox', 'message', 'errors', 'generated'],
  cli: ['cli', 'comms', 'core', 'merge', 'git', 'orchestrator', 'store', 'workspace', 'inbox', 'message', 'errors', 'generated'],
};

/** The folders of DESIGN §6 that are there today. */
const FOLDERS = [
  'message',
  'inbox',
  'merge',
  'git',
  'store',
  'store/files',
  'store/memory',
  'store/sqlite',
  'workspace',
  'orchestrator',
  'core',
  'cli',
  'cli/commands',
];
const MAX_LINES = 250;

describe('layers', () => {
  it.each(FOLDERS.map((folder) => [folder]))('src/%s is not empty', (folder) => {
    expect(sources.filter(({ file }) => file.startsWith(`${folder}/`)).length).toBeGreaterThan(0);
  });

  it('are all known', () => {
    expect([...new Set(sources.map(({ file }) => layerOf(file)))].filter((layer) => !(layer in LAYERS))).toEqual([]);
  });

  it('import downwards only', () => {
    expect(
      violations(({ file }, { target, typeOnly }) => {
        // The one that makes a store of a workspace's settings.
        if (file === 'store/open.ts' && target === 'workspace/workspace.ts' && typeOnly) return false;
        return isOurs(target) && !LAYERS[layerOf(file)]?.includes(layerOf(target));
      }),
    ).toEqual([]);
  });

  it('drivers are named by store/open only, and know nothing of one another', () => {
    const driverOf = (file: string) => /^store\/(files|memory|sqlite|postgres)\//.exec(file)?.[1];
    expect(
      violations(({ file }, { target }) => {
        const driver = driverOf(target);
        return driver !== undefined && driver !== driverOf(file) && file !== 'store/open.ts';
      }),
    ).toEqual([]);
  });

  it.each([
    ['chokidar', 'store/files/'],
    ['proper-lockfile', 'store/files/'],
    ['better-sqlite3', 'store/sqlite/'],
    ['commander', 'cli/'],
    ['chalk', 'cli/'],
    ['@secretlint/secretlint-rule-preset-recommend', 'orchestrator/sensitive/'],
    ['jsonc-parser', ''],
  ])('%s appears in one folder', (name, folder) => {
    expect(violations(({ file }, { target }) => isPackage(target, name) && !file.startsWith(folder))).toEqual([]);
    const folders = new Set(
      sources.filter(({ imports }) => imports.some(({ target }) => isPackage(target, name))).map(({ file }) => dirname(file)),
    );
    if (['chokidar', 'proper-lockfile', 'better-sqlite3'].includes(name)) expect(folders.size).toBeLessThanOrEqual(1);
  });

  it('load what is heavy when it is used, and not with the rest', () => {
    const heavy = ['chokidar', 'better-sqlite3', 'chalk', 'ajv', '@secretlint'];
    expect(
      violations(({ file }, { target, lazy, typeOnly }) => {
        // The watcher is itself imported lazily.
        if (isPackage(target, 'chokidar') && /watch/.test(file)) return false;
        return !lazy && !typeOnly && heavy.some((name) => isPackage(target, name));
      }),
    ).toEqual([]);
  });
});

describe('message, inbox, merge and orchestrator are pure', () => {
  const FORBIDDEN: [what: string, pattern: RegExp][] = [
    ['the clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\./],
    ['the process', /(?<![.\w])process\.[a-z]|\bglobalThis\.process\b/],
    ['timers', /\bset(Timeout|Interval|Immediate)\(/],
    ['chance', /\bMath\.random\(|\brandomUUID\(/],
    ['the console', /(?<![.\w])console\./],
  ];
  const pure = sources.filter(({ file }) => /^(message|inbox|merge|orchestrator)\//.test(file));

  it('of Node they use what computes only', () => {
    // vm: what can stop a regular expression of config.json that takes too long.
    const allowed = new Set(['node:buffer', 'node:crypto', 'node:vm']);
    expect(
      violations(
        ({ file }, { target }) => /^(message|inbox|merge|orchestrator)\//.test(file) && target.startsWith('node:') && !allowed.has(target),
      ),
    ).toEqual([]);
  });

  it.each(FORBIDDEN)('they do not use %s', (_, pattern) => {
    expect(pure.filter(({ code }) => pattern.test(code)).map(({ file }) => file)).toEqual([]);
  });
});

describe('the process', () => {
  it('is ended by cli/main alone', () => {
    const ends = sources.filter(({ code }) => /\bprocess\.(exit|exitCode|abort|reallyExit)\b/.test(code)).map(({ file }) => file);
    expect(ends).toEqual(['cli/main.ts']);
  });

  it('is printed to by the command line alone', () => {
    const prints = sources.filter(({ code }) => /(?<![.\w])console\.|\bprocess\.(stdout|stderr)\b/.test(code)).map(({ file }) => file);
    expect(prints.filter((file) => !file.startsWith('cli/'))).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const long = sources.map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  it('have fewer than 90 lines in the median', () => {
    const lines = sources.map(({ text }) => text.split('\n').length).sort((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(90);
  });

  it('use named exports, no `any` and no `!`', () => {
    expect(sources.filter(({ code }) => /^export default\b|: any\b|\bas any\b|<any>/m.test(code)).map(({ file }) => file)).toEqual([]);
  });

  it('name the files that they import by their ending', () => {
    expect(violations((_, { target }) => FOLDERS.some((folder) => target.startsWith(`${folder}/`)) && !/\.(ts|js)$/.test(target))).toEqual(
      [],
    );
  });
});

describe('this test', () => {
  it('sees every form of import', () => {
    const code = [
      "import a from 'one';",
      "import { b,\n  c } from 'two';",
      "import type { D } from 'three';",
      "export * from 'four';",
      "export { e } from 'five';",
      "const f = await import('six');",
      "import 'seven';",
      "const g: import('eight').G = 1;",
    ].join('\n');
    expect(importsOf(code, 'x.ts').map(({ target }) => target)).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']);
  });

  it('does not take a comment for code, nor a text for a comment', () => {
    expect(withoutComments("a('// no'); // process.exit\n/* console. */ b(`/*`)")).toBe("a('// no'); \n b(`/*`)");
  });
});

function violations(breaks: (source: Source, target: Import) => boolean): string[] {
  return sources.flatMap((source) =>
    source.imports.filter((target) => breaks(source, target)).map(({ target }) => `${source.file} imports ${target}`),
  );
}

function read(file: string): Source {
  const text = readFileSync(join(src, file), 'utf8');
  const code = withoutComments(text);
  return { file, text, code, imports: importsOf(code, file) };
}

function importsOf(code: string, file: string): Import[] {
  const pattern = /\bimport\(\s*'([^']+)'\s*\)|^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,]+?\s+from\s+)?'([^']+)'/gm;
  return [...code.matchAll(pattern)].map(([, lazy, type, eager]) => ({
    target: resolved(lazy ?? eager ?? '', file),
    lazy: lazy !== undefined,
    typeOnly: type !== undefined,
  }));
}

function resolved(specifier: string, file: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(src, join(src, dirname(file), specifier))
    .split(sep)
    .join('/');
}

function withoutComments(text: string): string {
  const pattern = /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(pattern, (_, literal: string | undefined) => literal ?? '');
}

/** The first folder; `errors` for errors.ts, and `comms` for the other files that lie in src itself. */
function layerOf(file: string): string {
  const [first = '', rest] = file.split('/');
  if (rest !== undefined) return first;
  return first === 'errors.ts' ? 'errors' : 'comms';
}

function isOurs(target: string): boolean {
  return /^(\w+\/|errors\.ts|comms)/.test(target) && /\.ts$|^generated\//.test(target);
}

function isPackage(target: string, name: string): boolean {
  return target === name || target.startsWith(`${name}/`);
}
