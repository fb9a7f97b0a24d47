/** The options of `comms send` that give a field of the envelope. */
const OPTIONS: Record<string, string> = {
  '/subject': '--subject TEXT',
  '/type': '--type TYPE',
  '/sender': '--from AGENT',
  '/recipient': '--to AGENT',
  '/priority': '--priority low|medium|high|critical',
  '/content/details': '--details TEXT or --details-file FILE',
  '/content/context': '--context KEY=VALUE',
  '/content/attachments': '--attach PATH',
  '/references': '--ref ID',
  '/channel': '--channel NAME',
  '/correlation_id': '--correlation-id X',
  '/idempotency_key': '--idempotency-key KEY',
  '/expires_at': '--ttl 2h',
  '/expected_response_time': '--expected-response 15m',
  '/metadata': '--metadata KEY=VALUE',
};

/** The option of `comms send` that gives the field at a JSON pointer, with an example; undefined where there is none. */
export function optionFor(pointer: string, schema: Record<string, unknown>): string | undefined {
  const [, field, ...deeper] = /^\/content\/context\/([A-Za-z0-9_-]+)(\/.*)?$/.exec(pointer) ?? [];
  if (field !== undefined) return `--context ${field}=${exampleOf(deeper[0] === undefined ? schema : {})}`;
  // "/references/0" is given as "/references" is.
  return OPTIONS[pointer.replace(/\/\d+$/, '')];
}

function exampleOf({ type, enum: values }: Record<string, unknown>): string {
  if (Array.isArray(values)) return values.join('|');
  if (type === 'integer' || type === 'number') return '3';
  if (type === 'boolean') return 'true';
  return type === 'array' ? 'VALUE, once for each' : 'VALUE';
}
