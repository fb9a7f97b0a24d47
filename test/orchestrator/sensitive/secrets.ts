import { Buffer } from 'node:buffer';
import fc, { type Arbitrary } from 'fast-check';

/** Texts that look like secrets, made when a test runs, so that no scanner finds any in this repository. */

const matching = (source: string) => fc.stringMatching(new RegExp(`^${source}$`));
const after = (start: string, source: string) => matching(source).map((rest) => start + rest);
const chars = (set: string, least: number, most = least) => fc.string({ unit: fc.constantFrom(...set), minLength: least, maxLength: most });
const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = `${ALNUM}+/`;

const pem = fc.tuple(fc.constantFrom('', 'RSA ', 'DSA ', 'EC ', 'OPENSSH ', 'PGP '), chars(BASE64, 98, 400)).map(([kind, rest]) => {
  const label = `${kind}PRIVATE ${'KEY'}`;
  return [`-----BEGIN ${label}-----`, ...(`MI${rest}`.match(/.{1,64}/g) ?? []), `-----END ${label}-----`].join('\n');
});
const onePassword = fc.tuple(chars(ALNUM, 80, 400), fc.nat(2)).map(([key, spare]) => {
  const json = JSON.stringify({ email: 'a@b.c', key: `${key}${'x'.repeat(spare)}` });
  return `ops_${Buffer.from(json.padEnd(json.length)).toString('base64')}`;
});

export interface Example {
  /** The text in which a rule finds something. */
  text: string;
  /** What must be shown nowhere. */
  secret: string;
}

const whole = (arbitrary: Arbitrary<string>, start = /^/) => arbitrary.map((text) => ({ text, secret: text.replace(start, '') }));
const inside = (before: string, arbitrary: Arbitrary<string>, behind = '') =>
  arbitrary.map((secret) => ({ text: before + secret + behind, secret }));
const password = matching('[b-z][a-z0-9]{9}[0-9]').filter((text) => !/pass|user|name|secret|admin|root|your/.test(text));

/** By rule of the preset, in each form that the rule knows. */
export const SECRETS: Record<string, Record<string, Arbitrary<Example>>> = {
  aws: {
    'secret key': inside(
      'AWS_SECRET_ACCESS_KEY=',
      chars(`${BASE64}`, 39).chain((text) => chars(ALNUM, 1).map((end) => text + end)),
    ),
    'secret key in JSON': inside('{"secretAccessKey" : "', chars(ALNUM, 40), '"}').map(({ text, secret }) => ({
      text: text.replace('secretAccessKey', 'SecretAccessKey'),
      secret,
    })),
    'key id': fc.constantFrom('AKIA', 'ASIA', 'A3TX', 'AROA').chain((start) => whole(after(start, '[A-Z0-9]{16}'), /^.{4}/)),
  },
  gcp: {
    'key file': chars(BASE64, 80, 200).map((secret) => ({
      text: JSON.stringify({ private_key_id: 'x', private_key: `-----BEGIN PRIVATE ${'KEY'}-----\n${secret}` }),
      secret,
    })),
    'key file with escapes': chars(BASE64, 80, 200).map((secret) => ({
      text: ` {"private_key_id":"","private_key":"-----BEGIN\\n\\u0050RIVATE ${'KEY'}-----\\n${secret}"}`,
      secret,
    })),
  },
  privatekey: { pem: pem.map((text) => ({ text, secret: text.split('\n').slice(1, -1).join('\n') })) },
  npm: {
    token: whole(after('npm_', '[A-Za-z0-9_]{36}'), /^npm_/),
    npmrc: inside('//registry.npmjs.org/:_authToken=', matching('[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{12}')),
    'x-oauth': inside('git+https://', chars(ALNUM, 20), ':x-oauth-basic@github.com/a/b'),
  },
  basicauth: {
    url: fc
      .tuple(fc.constantFrom('http', 'https', 'ftp', 'ftps'), password)
      .map(([scheme, secret]) => ({ text: `${scheme}://kim:${secret}@ci.acme.dev/x`, secret })),
  },
  slack: {
    token: fc
      .constantFrom('xoxb', 'xoxp', 'xapp', 'xoxa', 'xoxo', 'xoxr')
      .chain((start) => whole(after(`${start}-`, '[0-9]{11}-[0-9]{12}-[A-Za-z0-9]{24}'), /^.{5}/)),
    webhook: whole(after('https://Hooks.slack.com/services/'.toLowerCase(), 'T[A-Z0-9]{8}/B[A-Z0-9]{8}/[A-Za-z0-9]{24}'), /^.*services\//),
  },
  sendgrid: {
    key: whole(
      after('SG.', '[A-Za-z0-9]{22}\\.[A-Za-z0-9]{20}[-_]?[A-Za-z0-9]{22}').map((text) => text.padEnd(69, 'x')),
      /^SG\./,
    ),
  },
  shopify: {
    key: fc.constantFrom('shppa', 'shpca', 'shpat', 'shpss').chain((start) => whole(after(`${start}_`, '[a-zA-Z0-9]{32,64}'), /^.{6}/)),
  },
  github: {
    classic: fc.constantFrom('ghp', 'gho', 'ghu', 'ghs', 'ghr').chain((start) => whole(after(`${start}_`, '[A-Za-z0-9_]{36}'), /^.{4}/)),
    'fine-grained': whole(after('github_pat_', '[A-Za-z0-9_]{82}'), /^github_pat_/),
  },
  gitlab: { token: whole(after('glpat-', '[A-Za-z0-9_-]{20,128}'), /^glpat-/) },
  grafana: {
    cloud: whole(after('glc_', '[A-Za-z0-9+/]{32,400}={0,2}'), /^glc_/),
    'service account': whole(after('glsa_', '[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'), /^glsa_/),
  },
  openai: {
    project: whole(after('sk-proj-', `[A-Za-z0-9_-]{74}T3Blbk${'FJ'}[A-Za-z0-9_-]{73}[A-Za-z0-9]`), /^sk-proj-/),
    'service account': whole(after('sk-svcacct-', `[A-Za-z0-9_-]{58}T3Blbk${'FJ'}[A-Za-z0-9_-]{57}[A-Za-z0-9]`), /^sk-svcacct-/),
    old: whole(after('sk-', `[a-zA-Z0-9]{20}T3Blbk${'FJ'}[a-zA-Z0-9]{20}`), /^sk-/),
  },
  anthropic: { key: whole(after('sk-ant-api0', '[0-9]-[A-Za-z0-9_-]{90,128}AA'), /^sk-ant-api0\d-/) },
  groq: { key: whole(after('gsk_', '[a-zA-Z0-9]{52}'), /^gsk_/) },
  huggingface: { token: whole(after('hf_', '[a-zA-Z]{34}'), /^hf_/) },
  linear: { key: whole(after('lin_api_', '[a-zA-Z0-9_]{32,128}'), /^lin_api_/) },
  notion: { token: whole(after('ntn_', '[0-9]{11}[A-Za-z0-9]{35}'), /^ntn_/) },
  '1password': {
    token: whole(
      onePassword.filter((text) => /fQ={0,2}$/.test(text)),
      /^ops_/,
    ),
  },
  'database-connection-string': Object.fromEntries(
    ['mongodb', 'mongodb+srv', 'MySQL', 'jdbc:mysql', 'mysqlx', 'postgres', 'postgresql'].map((scheme) => [
      scheme,
      password.map((secret) => ({ text: `${scheme}://kim:${secret}@db.acme.dev:1234/app?ssl=true`, secret })),
    ]),
  ),
  'hashicorp-vault': {
    service: whole(after('hvs.', '[A-Za-z0-9_-]{90,120}'), /^hvs\./),
    batch: whole(after('hvb.', '[A-Za-z0-9_-]{138,300}'), /^hvb\./),
    recovery: whole(after('hvr.', '[A-Za-z0-9_-]{90,120}'), /^hvr\./),
  },
  vercel: {
    token: fc.constantFrom('vcp', 'vci', 'vca', 'vcr', 'vck').chain((start) => whole(after(`${start}_`, '[A-Za-z0-9]{20,60}'), /^.{4}/)),
  },
  databricks: { token: whole(after('dapi', '[A-Fa-f0-9]{32}(-[0-9])?'), /^dapi/) },
  docker: { token: whole(after('dckr_pat_', '[a-zA-Z0-9_-]{27}'), /^dckr_pat_/) },
  figma: { token: whole(after('figd_', '[A-Za-z0-9_-]{40,200}'), /^figd_/) },
};

/** Rule, form, generator. */
export const EACH_SECRET = Object.entries(SECRETS).flatMap(([rule, forms]) =>
  Object.entries(forms).map(([form, arbitrary]) => [rule, form, arbitrary] as const),
);

export const anySecret: Arbitrary<Example> = fc.oneof(...EACH_SECRET.map(([, , arbitrary]) => arbitrary));

/** Every run of so many characters of a text. */
export function runsOf(text: string, length: number): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length));
}
