import type { Message } from '../../message/message.ts';
import { someText } from './texts.ts';

/**
 * What a text holds in which a rule of secretlint's preset finds something, by the rule. Each is at most as strict as the
 * rule's own pattern: what is looked at around a match is left out, "so many to so many" is the least. Without nested
 * repetitions, so that the time is that of reading the text once.
 */
const BY_RULE: Record<string, RegExp> = {
  'aws secret': /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)["']?\s*(?::|=>|=)\s*["']?[A-Za-z0-9/+=]{40}/,
  'aws key id': /A(?:3T[A-Z0-9]|KIA|GPA|IDA|ROA|IPA|NPA|NVA|SIA)[A-Z0-9]{16}/,
  'aws account': /(?:ACCOUNT|account|Account)_?(?:ID|id|Id)?["']?\s*(?::|=>|=)\s*["']?[0-9]{4}-?[0-9]{4}-?[0-9]{4}/,
  // Between the words there may be white space of any kind, which a JSON text writes as \n or \u00a0.
  'gcp, privatekey': /-----BEGIN[\s\S]{0,20}PRIVATE KEY/,
  'npm token': /npm_[A-Za-z0-9_]{36}/,
  'npm x-oauth': /:x-oauth-basic@github/,
  npmrc: /_authToken=[^$]/,
  basicauth: /(?:https?|ftps?):\/\/[-a-zA-Z0-9_]{1,256}:[-a-zA-Z0-9_]{1,256}@/,
  slack: /(?:xox[bpaor]|xapp)-[a-zA-Z0-9]/,
  sendgrid: /SG\.[\w.-]{66}/,
  shopify: /shp(?:pa|ca|at|ss)_[a-zA-Z0-9]{32}/,
  github: /gh[pousr]_[A-Za-z0-9_]{36}|github_pat_[A-Za-z0-9_]{82}/,
  gitlab: /glpat-[A-Za-z0-9_-]{20}/,
  grafana: /glc_[A-Za-z0-9+/]{32}|glsa_[A-Za-z0-9]{32}_/,
  openai: /T3BlbkFJ/,
  anthropic: /sk-ant-api0[0-9]-[A-Za-z0-9_-]{90}/,
  groq: /gsk_[a-zA-Z0-9]{52}/,
  huggingface: /hf_[a-zA-Z]{34}/,
  linear: /lin_api_[a-zA-Z0-9_]{32}/,
  notion: /ntn_[0-9]{11}[A-Za-z0-9]{35}/,
  '1password': /ops_ey[A-Za-z0-9+/=]{100}/,
  vault: /hv[sbr]\.[A-Za-z0-9_-]{90}/,
  vercel: /vc[piark]_[A-Za-z0-9]{20}/,
  databricks: /dapi[A-Fa-f0-9]{32}/,
  docker: /dckr_pat_[a-zA-Z0-9_-]{27}/,
  figma: /figd_[A-Za-z0-9_-]{40}/,
};

const CASELESS_BY_RULE: Record<string, RegExp> = {
  'slack webhook': /hooks\.slack\.com\/services\/T/,
  database: /(?:mongodb|mongodb\+srv|mysqlx?|postgres|postgresql):\/\/[^:/\s]{1,100}:[^@/\s]{1,200}@/,
};

const ANY = either(BY_RULE, '');
const ANY_CASELESS = either(CASELESS_BY_RULE, 'i');

/**
 * Whether the scanner has to look at a message: false only where it would find nothing. Patterns and filters of the
 * workspace may take long, so that the scanner, which stops them, looks at every message where there are any.
 */
export function isSuspicious(message: Message, patterns: Record<string, RegExp> = {}, filters: readonly RegExp[] = []): boolean {
  if (filters.length > 0 || Object.keys(patterns).length > 0) return true;
  // A value and its key stand in the pair that follows.
  return someText(message, (text, kind) => (kind === 'value' ? isKeyFile(text) : isSuspiciousText(text)));
}

/** The same of a text: whether a rule of the preset can find something in it. */
export function isSuspiciousText(text: string): boolean {
  return ANY.test(text) || ANY_CASELESS.test(text) || isKeyFile(text);
}

/** JSON may write any letter of "PRIVATE KEY" as \u0050. */
function isKeyFile(text: string): boolean {
  return text.includes('\\u00') && /^\s*\{/.test(text);
}

function either(patterns: Record<string, RegExp>, flags: string): RegExp {
  return new RegExp(
    Object.values(patterns)
      .map(({ source }) => source)
      .join('|'),
    flags,
  );
}
