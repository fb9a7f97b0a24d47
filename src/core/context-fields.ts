/** How a field of `content.context` is read from the command line: a text, a list of texts, either, or a list of anything. */
export type FieldKind = 'text' | 'texts' | 'text or texts' | 'items';

/**
 * The fields whose kind a value's looks cannot tell. A table, because every `comms send` would otherwise load all schemas;
 * a test holds it against them.
 */
export const CONTEXT_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldKind>>>> = {
  BUG_REPORT: { file: 'text', reproduction_steps: 'text or texts', expected: 'text', actual: 'text' },
  FIX_REQUEST: { files: 'texts' },
  TEST_RESULT: { tests_run: 'texts', errors: 'items' },
  CODE_CHANGE: { files_changed: 'texts', commit_hash: 'text' },
  QUESTION: { background: 'text' },
  COORDINATION: { coordination_type: 'text', action: 'text', impact: 'text', timeline: 'text', requirements: 'texts' },
  DISCOVERY: { discovery_type: 'text', discovered: 'text', location: 'text', impact: 'text', recommended_action: 'text' },
};

/** The kind of the field at `path` in a message of `type` (in any case); undefined where its schema leaves it open. */
export function kindOf(type: string | undefined, path: readonly string[]): FieldKind | undefined {
  const [field = '', index, ...deeper] = path;
  const name = type?.toUpperCase() ?? '';
  const fields = Object.hasOwn(CONTEXT_FIELDS, name) ? CONTEXT_FIELDS[name] : undefined;
  const kind = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (index === undefined) return kind;
  const holdsTexts = kind === 'texts' || kind === 'text or texts';
  return holdsTexts && deeper.length === 0 && /^\d+$/.test(index) ? 'text' : undefined;
}
