// Generates src/generated from schemas/: the validators (ajv standalone, so that no command compiles a schema at
// start) and the TypeScript types (so that they cannot drift from the schemas). Run by `npm run generate`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}src/generated`;
const banner = '// Generated from schemas/ by scripts/generate.mjs. Do not edit.\n';

/** RFC 3339, which is what the protocol means by ISO 8601. A pattern, so that nothing is loaded for it. */
const DATE_TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)$/;

const schemas = Object.fromEntries(
  readdirSync(`${root}schemas`)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()
    .map((name) => [name.slice(0, -'.schema.json'.length), JSON.parse(readFileSync(`${root}schemas/${name}`, 'utf8'))]),
);

async function generateValidators() {
  const validated = Object.keys(schemas).filter((name) => name !== 'cli-output');
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    messages: false,
    // A function for each part that is referred to: run, and compiled, only where the data has such a part.
    inlineRefs: false,
    code: { esm: true, source: true, lines: false },
  });
  ajv.addFormat('date-time', DATE_TIME);
  for (const schema of Object.values(schemas)) ajv.addSchema(withoutTexts(schema));
  // Every command reads config.json, few check a message, and fewer have a plan: files of their own, so that few load the larger ones.
  const alone = ['config', 'plan'];
  for (const name of alone) await writeValidators(ajv, `${name}-validator`, [name]);
  await writeValidators(
    ajv,
    'validators',
    validated.filter((name) => !alone.includes(name)),
  );
}

async function writeValidators(ajv, file, validated) {
  const names = Object.fromEntries(validated.map((name) => [name.replaceAll('-', '_'), `${name}.schema.json`]));
  // Bundled, because what ajv emits still requires its small runtime.
  await build({
    stdin: { contents: withoutSchemaPaths(standaloneCode(ajv, names)), resolveDir: root, loader: 'js' },
    bundle: true,
    // Half the bytes, and half the time that every `comms send` takes to load it.
    minify: true,
    format: 'esm',
    platform: 'node',
    outfile: `${out}/${file}.js`,
    banner: { js: banner },
  });
  const error = '{ instancePath: string; keyword: string; params: Record<string, unknown> }';
  const declarations = Object.keys(names).map((name) => `export const ${name}: Validator;`);
  writeFileSync(
    `${out}/${file}.d.ts`,
    `${banner}type Validator = { (data: unknown): boolean; errors?: ${error}[] | null };\n\n${declarations.join('\n')}\n`,
  );
}

/** What a schema says to people would be part of the code, since ajv writes the schema beside it. */
function withoutTexts(schema) {
  if (Array.isArray(schema)) return schema.map(withoutTexts);
  if (schema === null || typeof schema !== 'object') return schema;
  const told = Object.entries(schema).filter(([key, value]) => !(['title', 'description'].includes(key) && typeof value === 'string'));
  return Object.fromEntries(told.map(([key, value]) => [key, withoutTexts(value)]));
}

/** Errors are told by their path, keyword and params; where the keyword stands in the schema is a tenth of the code. */
function withoutSchemaPaths(source) {
  return source.replaceAll(/,schemaPath:(?:"(?:[^"\\]|\\.)*"|[\w$]+\+"(?:[^"\\]|\\.)*")/g, '');
}

async function generateTypes() {
  const local = (value, name) => {
    if (Array.isArray(value)) return value.map((item) => local(item, name));
    if (value === null || typeof value !== 'object') return value;
    // To TypeScript a string of several forms is a string; the union with a pattern would be one that nobody can write.
    const { anyOf, ...members } = value;
    const typed = value.type === 'string' ? members : value;
    return Object.fromEntries(Object.entries(typed).map(([key, item]) => [key, key === '$ref' ? localRef(item, name) : local(item, name)]));
  };
  const localRef = (ref, name) => {
    const [file, pointer = ''] = ref.split('#');
    return `#/definitions/${file ? file.replace('.schema.json', '') : name}${pointer.replaceAll('$defs', 'definitions')}`;
  };
  const definitions = Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => name !== 'cli-output')
      .map(([name, { $id, $schema, $defs, ...schema }]) => [
        name,
        { ...local(schema, name), ...($defs && { definitions: local($defs, name) }) },
      ]),
  );
  const everything = {
    title: 'Schemas',
    type: 'object',
    additionalProperties: false,
    definitions,
    properties: Object.fromEntries(Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }])),
  };
  const types = await compile(everything, 'Schemas', {
    bannerComment: banner,
    ignoreMinAndMaxItems: true,
    format: false,
    unknownAny: true,
  });
  writeFileSync(`${out}/schema-types.ts`, types);
}

mkdirSync(out, { recursive: true });
await generateValidators();
await generateTypes();
// Every command loads these; what commands print is described for others.
const { 'cli-output': _, ...inUse } = schemas;
// Getters, because few commands look at one, and hundreds of small objects take their time to make.
const getters = Object.entries(inUse).map(([name, schema]) => `  get ${name}() { return (made.${name} ??= ${JSON.stringify(schema)}); },`);
writeFileSync(
  `${out}/schemas.ts`,
  `${banner}const made: Record<string, unknown> = {};\nexport const schemas: Record<string, unknown> = {\n${getters.join('\n')}\n};\n`,
);
