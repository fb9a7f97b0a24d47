import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectText } from '../src/comms.ts';
import { EXIT_BY_CODE } from '../src/errors.ts';
import { BUILT_IN_TYPES } from '../src/message/message.ts';
import { parseConfig } from '../src/workspace/config.ts';
import { settingsFrom } from '../src/workspace/settings.ts';

/** The documents say what the code does: examples run, tables agree with their source, links and names lead somewhere. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)];

describe.each(DOCUMENTS)('%s', (file) => {
  test('links to files and headings that are there', () => {
    const links = [...withoutFences(read(file)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !leadsSomewhere(file, link))).toEqual([]);
  });

  test('names files of the project that are there', () => {
    const names = [...read(file).matchAll(/`((?:src|test|schemas|scripts|bench)\/[\w./-]+)`/g)].map(([, name = '']) => name);
    const concrete = names.filter((name) => !/NAME/.test(name));
    expect(concrete.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
  });
});

describe('docs/library.md', () => {
  const examples = [...read('docs/library.md').matchAll(/^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)].map(
    ([, code = '', expected = ''], n) => ({ name: `example-${n + 1}.mjs`, code, expected }),
  );
  let directory: string;

  beforeAll(() => {
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'comms-docs-')));
    mkdirSync(path.join(directory, 'node_modules', '@types'), { recursive: true });
    symlinkSync(ROOT, path.join(directory, 'node_modules', 'agent-comms-cli'), 'junction');
    symlinkSync(path.join(ROOT, 'node_modules/@types/node'), path.join(directory, 'node_modules', '@types', 'node'), 'junction');
    for (const { name, code } of examples) writeFileSync(path.join(directory, name), code);
    expect(node([path.join(ROOT, 'bin/comms.js'), 'init', '--agents', 'claude,gpt'])).toMatchObject({ stderr: '', status: 0 });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const node = (args: string[]) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:COMMS_|NODE_|FORCE_COLOR$)/.test(name)));
    return spawnSync(process.execPath, args, { cwd: directory, env, encoding: 'utf8' });
  };

  test('every example has its output', () => {
    expect(examples.length).toBe(read('docs/library.md').split('```js\n').length - 1);
    expect(examples.length).toBeGreaterThan(3);
  });

  test.each(examples)('$name prints what the page says', ({ name, expected }) => {
    const { stdout, stderr, status } = node([name]);
    expect({ stdout, stderr, status }).toEqual({ stdout: expected, stderr: '', status: 0 });
  });

  test('the examples pass the type check', () => {
    const options = { strict: true, allowJs: true, checkJs: true, noEmit: true, module: 'NodeNext', target: 'ES2022', types: ['node'] };
    const files = examples.map(({ name }) => name);
    writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, files }));
    const { stdout, status } = node([path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  test('lists every error code with its exit status', () => {
    const rows = [...read('docs/library.md').matchAll(/^\| (\d) \| (.+) \|$/gm)];
    const told = rows.flatMap(([, exit, codes = '']) => [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [code, Number(exit)]));
    expect(Object.fromEntries(told)).toEqual(EXIT_BY_CODE);
  });

  test('lists every method', () => {
    const declared = ['src/core/api.ts', 'src/core/git/api.ts', 'src/core/git/history-api.ts'].map(read).join('\n');
    const methods = [...declared.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name = '']) => name);
    const [, table = ''] = read('docs/library.md').split('## Methods');
    expect(methods.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/protocol.md', () => {
  test('its inbox is one without problems', async () => {
    const [, , inbox = ''] = /^(````)markdown\n([\s\S]*?)^\1$/m.exec(read('docs/protocol.md')) ?? [];
    expect(inbox).toContain('## Archived Messages');
    expect(await inspectText(inbox, { file: 'claude-inbox.md', strict: true })).toEqual([]);
  });

  test.each(BUILT_IN_TYPES)('asks of a %s what its schema does', (type) => {
    const row = new RegExp(`^\\| \`${type}\` \\|[^|]*\\|([^|]*)\\|([^|]*)\\|$`, 'm').exec(read('docs/protocol.md'));
    const told = (cell = '') => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name).sort();
    const { required, optional } = fieldsOf(type);
    expect(told(row?.[1])).toEqual(required);
    expect(told(row?.[2]).filter((name) => name !== 'references')).toEqual(optional);
  });

  test('its config.json is one, and limits what it says', () => {
    const [, text = ''] = /^```json\n(\{\n {2}"version"[\s\S]*?)^```$/m.exec(read('docs/protocol.md')) ?? [];
    const { rateLimits, staleAfterMs, offlineAfterMs } = settingsFrom(parseConfig(text));
    expect(rateLimits).toEqual({
      sender: { capacity: 10, refillPerMs: 60 / 60_000 },
      pair: { capacity: 20, refillPerMs: 20 / 60_000 },
      agents: { gemini: { capacity: 5, refillPerMs: 5 / 3_600_000 } },
    });
    expect([staleAfterMs, offlineAfterMs]).toEqual([120_000, 600_000]);
  });

  test('lists every field of the envelope', () => {
    const { properties } = JSON.parse(read('schemas/envelope.schema.json'));
    const [, section = ''] = /^## The envelope\n([\s\S]*?)^## /m.exec(read('docs/protocol.md')) ?? [];
    expect(Object.keys(properties).filter((name) => !new RegExp(`\`(?:${name}|${name}\\.\\w+)\``).test(section))).toEqual([]);
  });
});

describe('docs/reliability.md', () => {
  const rows = [...read('docs/reliability.md').matchAll(/^\| (.+?) \| .+? \| `(test\/[\w./-]+)`: (.+) \|$/gm)];
  const named = rows.flatMap(([, , file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
  );

  test('names tests', () => expect(named.length).toBeGreaterThan(10));

  test.each(named)('$file: $title', ({ file, title }) => {
    expect(read(file)).toContain(`'${title}'`);
  });
});

/** What a type's schema adds to the envelope, as the table calls it. */
function fieldsOf(type: string): { required: string[]; optional: string[] } {
  const { properties, required = [] } = JSON.parse(read(`schemas/${type}.schema.json`));
  const { content = {}, references } = properties;
  const { context = {} } = content.properties ?? {};
  const inContext: string[] = context.required ?? [];
  const optional = Object.keys(context.properties ?? {}).filter((name) => !inContext.includes(name));
  return {
    required: [
      ...required,
      ...(content.required ?? []).filter((name: string) => name !== 'context'),
      ...inContext.map((name) => `context.${name}`),
      ...(references?.minItems ? ['references'] : []),
    ].sort(),
    optional: optional.map((name) => `context.${name}`).sort(),
  };
}

function leadsSomewhere(from: string, link: string): boolean {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? from : path.posix.join(path.posix.dirname(from), target);
  if (!existsSync(path.join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(read(file)).includes(anchor);
}

/** As GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const headings = [...withoutFences(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '');
}
