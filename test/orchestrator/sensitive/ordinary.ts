import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Texts without a secret, by name, such as agents write: messages, sources, documents, hashes, ids, images, addresses. */
export const ORDINARY: [name: string, text: string][] = [
  // docs/orchestration.md shows one that is refused.
  ...['fixtures', 'src', 'docs', 'schemas', 'scripts', 'examples', 'agent-comms.example']
    .flatMap(filesIn)
    .filter(([name]) => name !== 'docs/orchestration.md'),
  ['package-lock.json', readFileSync(join(root, 'package-lock.json'), 'utf8')],
  ...many('git hashes', () => createHash('sha1').update(randomBytes(8)).digest('hex')),
  ...many('sha256', () => `sha256:${createHash('sha256').update(randomBytes(8)).digest('hex')}`),
  ...many('integrity', () => `sha512-${createHash('sha512').update(randomBytes(8)).digest('base64')}`),
  ...many('UUIDs', () => randomUUID()),
  ...many('base64 images', () => `![shot](data:image/png;base64,${randomBytes(3000).toString('base64')})`),
  ['names of variables', 'Set AWS_SECRET_ACCESS_KEY, GITHUB_TOKEN and npm_config_registry; secretAccessKey: string is optional.'],
  ['a reference to a variable', '//registry.npmjs.org/:_authToken=$NPM_TOKEN\nhttps://user:$PASSWORD@host.example.com/'],
  [
    'addresses',
    'https://localhost:3000/@scope/x, postgres://localhost:5432/app, mailto:kim@acme.dev, http://[::1]:80/, git@github.com:a/b.git',
  ],
  ['names of models', 'sk-learn, hf_hub_download(repo_id), gh_pages, ntn_test, hvs.read, dapi, SG.foo.bar, vca_total'],
  ['prose about keys', 'The private key belongs into the vault; the secret access key: see the wiki. Account: 1234 is closed.'],
  ['a stack', 'at Object.<anonymous> (/repo/src/a_b-c.ts:10:5)\n    at node:internal/main/run_main_module:28:49'],
];

function filesIn(folder: string): [string, string][] {
  return (
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      // The prefilter speaks of secrets itself.
      .filter((entry) => entry.isFile() && !/generated|sensitive/.test(entry.parentPath))
      .map(({ parentPath, name }) => [join(parentPath, name).slice(root.length), readFileSync(join(parentPath, name), 'utf8')])
  );
}

function many(name: string, make: () => string): [string, string][] {
  return [[name, Array.from({ length: 100 }, make).join('\n')]];
}
