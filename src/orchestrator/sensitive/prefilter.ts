import type { Message } from '../../message/message.ts';
import { type Said, someText } from './texts.ts';

/** Literals of which a text holds one, and what it holds then, where a rule finds something in it. */
type Sign = readonly [literals: readonly string[], pattern: RegExp];

/**
 * By a character that stands in whatever the signs below it find, so that one look for it spares the looks for all of them; then by the
 * rule of secretlint's preset. Each pattern is at most as strict as the rule's own: what is looked at around a match is
 * left out, "so many to so many" is the least. None has nested repetitions, so that the time is that of reading the text
 * once. The literals come first since a pattern has to be compiled in each process, which takes longer than they do.
 */
const SIGNS: Record<string, Record<string, Sign>> = {
  _: {
    'npm token': [['npm_'], /npm_[A-Za-z0-9_]{36}/],
    npmrc: [['_authToken='], /_authToken=[^$]/],
    shopify: [['shp'], /shp(?:pa|ca|at|ss)_[a-zA-Z0-9]{32}/],
    github: [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /gh[pousr]_[A-Za-z0-9_]{36}/],
    'github, fine-grained': [['github_pat_'], /github_pat_[A-Za-z0-9_]{82}/],
    grafana: [['glc_', 'glsa_'], /glc_[A-Za-z0-9+/]{32}|glsa_[A-Za-z0-9]{32}_/],
    groq: [['gsk_'], /gsk_[a-zA-Z0-9]{52}/],
    huggingface: [['hf_'], /hf_[a-zA-Z]{34}/],
    linear: [['lin_api_'], /lin_api_[a-zA-Z0-9_]{32}/],
    notion: [['ntn_'], /ntn_[0-9]{11}[A-Za-z0-9]{35}/],
    '1password': [['ops_ey'], /ops_ey[A-Za-z0-9+/=]{100}/],
    vercel: [['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'], /vc[piark]_[A-Za-z0-9]{20}/],
    docker: [['dckr_pat_'], /dckr_pat_[a-zA-Z0-9_-]{27}/],
    figma: [['figd_'], /figd_[A-Za-z0-9_-]{40}/],
  },
  '-': {
    // Between the words there may be white space of any kind, which a JSON text writes as \n or \u00a0.
    'gcp, privatekey': [['-----BEGIN'], /-----BEGIN[\s\S]{0,20}PRIVATE KEY/],
    'npm x-oauth': [[':x-oauth-basic@github'], /:x-oauth-basic@github/],
    slack: [['xox', 'xapp-'], /(?:xox[bpaor]|xapp)-[a-zA-Z0-9]/],
    gitlab: [['glpat-'], /glpat-[A-Za-z0-9_-]{20}/],
    anthropic: [['sk-ant-api0'], /sk-ant-api0[0-9]-[A-Za-z0-9_-]{90}/],
  },
  '.': {
    'slack webhook': [['://'], /hooks\.slack\.com\/services\/T/i],
    sendgrid: [['SG.'], /SG\.[\w.-]{66}/],
    vault: [['hvs.', 'hvb.', 'hvr.'], /hv[sbr]\.[A-Za-z0-9_-]{90}/],
  },
  '@': {
    basicauth: [['@'], /(?:https?|ftps?):\/\/[-a-zA-Z0-9_]{1,256}:[-a-zA-Z0-9_]{1,256}@/],
    database: [['@'], /(?:mongodb|mongodb\+srv|mysqlx?|postgres|postgresql):\/\/[^:/\s]{1,100}:[^@/\s]{1,200}@/i],
  },
  A: {
    'aws key id': [
      ['A3T', 'AKIA', 'AGPA', 'AIDA', 'AROA', 'AIPA', 'ANPA', 'ANVA', 'ASIA'],
      /A(?:3T[A-Z0-9]|KIA|GPA|IDA|ROA|IPA|NPA|NVA|SIA)[A-Z0-9]{16}/,
    ],
  },
  '': {
    'aws secret': [
      ['ECRET', 'ecret'],
      /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)["']?\s*(?::|=>|=)\s*["']?[A-Za-z0-9/+=]{40}/,
    ],
    'aws account': [
      ['CCOUNT', 'ccount'],
      /(?:ACCOUNT|account|Account)_?(?:ID|id|Id)?["']?\s*(?::|=>|=)\s*["']?[0-9]{4}-?[0-9]{4}-?[0-9]{4}/,
    ],
    openai: [['T3BlbkFJ'], /T3BlbkFJ/],
    databricks: [['dapi'], /dapi[A-Fa-f0-9]{32}/],
  },
};
const BY_GATE = Object.entries(SIGNS).map(([gate, signs]) => [gate, Object.values(signs)] as const);

/**
 * Whether the scanner has to look at a message: false only where it would find nothing. Patterns and filters of the
 * workspace may take long, so that the scanner, which stops them, looks at every message where there are any.
 */
export function isSuspicious(message: Message | Said, patterns: Record<string, RegExp> = {}, filters: readonly RegExp[] = []): boolean {
  if (filters.length > 0 || Object.keys(patterns).length > 0) return true;
  // A value and its key stand in the pair that follows.
  return someText(message, (text, kind) => (kind === 'value' ? isKeyFile(text) : isSuspiciousText(text)));
}

/** The same of a text: whether a rule of the preset can find something in it. */
export function isSuspiciousText(text: string): boolean {
  for (const [gate, signs] of BY_GATE) if (text.includes(gate) && signs.some((sign) => isFound(sign, text))) return true;
  return isKeyFile(text);
}

function isFound([literals, pattern]: Sign, text: string): boolean {
  return literals.some((literal) => text.includes(literal)) && pattern.test(text);
}

/** JSON may write any letter of "PRIVATE KEY" as \u0050. */
function isKeyFile(text: string): boolean {
  return text.includes('\\u00') && /^\s*\{/.test(text);
}
