import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';
import { mask } from './mask.ts';

/** What a rule found in a text. */
export interface Hit {
  rule: string;
  what: string;
  masked: string;
  /** The secret itself; it goes no further than the scan. */
  value: string;
  /** Where in the text. */
  index: number;
}

/** The number of an account is no secret, and any bank account with twelve digits looks like it. */
const NO_SECRETS = ['AWSAccountID'];

/**
 * What the rules of secretlint's recommended preset find in a text. They are called one by one, not through
 * @secretlint/core, which takes as long to load again and keeps a performance entry of every rule and text for ever.
 */
export async function scanText(text: string): Promise<Hit[]> {
  const { rules } = await import('@secretlint/secretlint-rule-preset-recommend');
  const hits: Hit[] = [];
  for (const { meta, create } of rules) {
    const rule = meta.id.replace(/^.*secretlint-rule-/, '');
    const handler = create(contextFor(rule, text, hits), { enableIDScanRule: true });
    // The ending is for the rule that reads key files of Google, which are JSON. With .p12 it would read a file.
    await handler.file?.(sourceOf(text, { ext: '.json' }));
    // Without a path it takes every text for a package.json, and none for an .npmrc.
    if (rule === 'npm' && text.includes('_authToken=')) await handler.file?.(sourceOf(text, { ext: '', filePath: '.npmrc' }));
  }
  return hits;
}

function contextFor(rule: string, text: string, hits: Hit[]): SecretLintRuleContext {
  return {
    sharedOptions: {},
    createTranslator: (messages) => (id, props) => ({
      messageId: String(id),
      message: messages[id]?.en(props) ?? String(id),
      data: props,
    }),
    report({ message, range: [index] }) {
      const value = secretOf(message, text);
      if (value === undefined || NO_SECRETS.includes(message.messageId)) return;
      hits.push({ rule, what: whatOf(message.message), masked: mask(value, rule), value, index });
    },
    // What "secretlint-disable" within a text asks for, which would be a sender's way round the check.
    ignore() {},
  };
}

/** The rules have it in one member that each calls by another name; undefined for what is no secret. */
function secretOf({ messageId, data }: { messageId: string; data: Record<string, unknown> | undefined }, text: string): string | undefined {
  const [value] = Object.values(data ?? {});
  // The rule for key files finds the file as a whole, and names it.
  if (messageId === 'PrivateKeyJSON') return text;
  if (typeof value !== 'string' || value === '') return undefined;
  if (messageId !== 'Npmrc_authToken') return value;
  // The rule takes the rest of the line, be it prose or `<your token>`.
  return /^["']?[\w.~+/=-]{8,}/.exec(value)?.[0];
}

/** "found npm access token: npm_…" is of an "npm access token". */
function whatOf(message: string): string {
  return (/^found ([^:]+):/.exec(message)?.[1] ?? 'secret').replace(/\(.*\)$/, '');
}

function sourceOf(content: string, file: { ext: string; filePath?: string }): SecretLintSourceCode {
  return {
    filePath: undefined,
    ...file,
    content,
    hasBOM: false,
    physicalFilePath: undefined,
    contentType: 'text',
    getFilePath: () => file.filePath,
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }),
    positionToIndex: () => 0,
    indexToPosition: () => ({ line: 1, column: 0 }),
  };
}
