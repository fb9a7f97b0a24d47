import { CommsError } from '../../errors.ts';
import { schemas } from '../../generated/schemas.ts';
import { BUILT_IN_TYPES } from '../../message/message.ts';
import { nearest } from '../../message/names.ts';
import type { CommandSpec, Run } from '../command.ts';

const OWN_TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$/;
const OTHERS = ['envelope', 'config', 'status', 'plan'];

export const spec: CommandSpec = {
  name: 'schema',
  summary: 'print the JSON Schema of a message type',
  arguments: [{ name: 'type', summary: `a type, or ${OTHERS.join(', ')}; without it, list what there is` }],
  examples: [
    { command: 'comms schema', does: 'List the schemas' },
    { command: 'comms schema BUG_REPORT', does: 'Show what a bug report must hold' },
    { command: 'comms schema context.query', does: 'Show the schema of a type of your own, from schemas/ of the workspace' },
    { command: 'comms schema config > config.schema.json', does: 'Keep the schema of config.json for an editor' },
  ],
  notes: ['The schemas are JSON Schema 2020-12 and refer to envelope.schema.json beside them.'],
};

export const run: Run = async ({ args: [wanted], style, workspace }) => {
  if (wanted === undefined) return list(style.strong);
  const name = nameOf(wanted);
  const schema = OWN_TYPE.test(name) ? await ownSchema(name, workspace().root) : builtIn(name);
  if (schema === undefined) throw unknown(wanted);
  return { data: schema, text: JSON.stringify(schema, null, 2) };
};

/** A type of the workspace's own, in dotted lower case, has its schema in schemas/ there. */
async function ownSchema(type: string, root: string): Promise<unknown> {
  const { schemaFiles } = await import('../../comms-files.ts');
  return schemaFiles(root)(type);
}

function list(strong: (text: string) => string) {
  const names = [...BUILT_IN_TYPES, ...OTHERS];
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `${strong(name)}${' '.repeat(width - name.length)}  ${descriptionOf(schemas[name])}`);
  return { data: { schemas: names }, text: lines.join('\n'), brief: names.join('\n') };
}

/** What every object has by itself, such as `constructor`, is no schema. */
function builtIn(name: string): unknown {
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

function nameOf(wanted: string): string {
  return [...BUILT_IN_TYPES, ...OTHERS].find((name) => name.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

function descriptionOf(schema: unknown): string {
  return typeof schema === 'object' && schema !== null && 'description' in schema ? String(schema.description) : '';
}

function unknown(wanted: string): CommsError {
  const near = nearest(wanted, [...BUILT_IN_TYPES, ...OTHERS]);
  return new CommsError('UNKNOWN_TYPE', `There is no schema "${wanted}".`, {
    hint: near === undefined ? 'comms schema lists them' : `Did you mean: comms schema ${near}`,
    details: { type: wanted, nearest: near },
  });
}
