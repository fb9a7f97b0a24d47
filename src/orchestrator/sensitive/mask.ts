/** How values begin that a rule of the preset finds, as far as everybody may see it. */
const PUBLIC_START: Record<string, RegExp> = {
  aws: /^A(?:3T[A-Z0-9]|KIA|GPA|IDA|ROA|IPA|NPA|NVA|SIA)(?=[A-Z0-9]{16}$)/,
  npm: /^npm_(?=\w{36}$)/,
  basicauth: /^(?:https?|ftps?):\/\//,
  slack: /^(?:xox[a-z]|xapp)-|^https:\/\/hooks\.slack\.com\/services\//i,
  sendgrid: /^SG\./,
  shopify: /^shp[a-z]{2}_/,
  github: /^gh[a-z]_|^github_pat_/,
  gitlab: /^glpat-/,
  grafana: /^glc_|^glsa_/,
  openai: /^sk-(?:(?:proj|svcacct|admin)-)?/,
  anthropic: /^sk-ant-api0\d-/,
  groq: /^gsk_/,
  huggingface: /^hf_/,
  linear: /^lin_api_/,
  notion: /^ntn_/,
  privatekey: /^-----BEGIN [A-Z ]{0,40}-----/,
  '1password': /^ops_/,
  'database-connection-string': /^(?:jdbc:)?[a-z]{5,10}(?:\+srv)?:\/\//i,
  'hashicorp-vault': /^hv[a-z]\./,
  vercel: /^vc[a-z]_/,
  databricks: /^dapi/,
  docker: /^dckr_pat_/,
  figma: /^figd_/,
};

/** A value as it may be shown: its public start, if its rule knows one, and how long it is. */
export function mask(value: string, rule?: string): string {
  const start = rule === undefined ? undefined : PUBLIC_START[rule]?.exec(value)?.[0];
  return `${start ?? ''}…(${value.length} character${value.length === 1 ? '' : 's'})`;
}
