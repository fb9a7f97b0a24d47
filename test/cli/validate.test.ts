import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { templateOf } from '../../src/message/template.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { block, comms, filesWorkspace, send } from './watch-harness.ts';

const message = (change: Record<string, unknown> = {}) =>
  JSON.stringify({ ...templateOf('BUG_REPORT', { sender: 'claude', recipient: 'gpt', id: 'msg-001' }), ...change }, null, 2);
const codes = (out: string): string[] => JSON.parse(out).data.problems.map(({ code }: { code: string }) => code);

test('nothing wrong', async () => {
  const root = filesWorkspace();
  await send(root, 'Hello');
  expect(await comms(root, ['validate'])).toEqual({ exit: 0, out: 'No problems.\n', err: '' });
  expect(await comms(root, ['validate', '--json'])).toMatchObject({ exit: 0, out: '{"ok":true,"data":{"problems":[]}}\n' });
  expect((await comms(root, ['validate', 'gpt-inbox.md', 'status.json', 'config.json'])).out).toBe('No problems.\n');
});

test('a message from stdin, outside of any workspace', async () => {
  const cwd = temporaryDirectory();
  const env = { COMMS_WORKSPACE: '' };
  expect((await comms(cwd, ['validate', '-'], { stdin: message(), env })).exit).toBe(0);
  const { exit, out } = await comms(cwd, ['validate', '-'], { stdin: message({ type: 'TEST_RESULT' }), env });
  expect(exit).toBe(6);
  expect(out).toMatch(/^error MISSING_FIELD \/content\/context\/passed: .*missing.*\n {2}hint: /m);
  expect(out).toMatch(/^\d errors$/m);
});

test('file, line and path, in the order of files and lines, and the hint below', async () => {
  const root = filesWorkspace();
  appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-001', { content: {} })}\n${block('msg-002', { priority: 'huge' })}`);
  appendFileSync(join(root, 'claude-inbox.md'), `\n${block('msg-003', { recipient: 'claude', subject: undefined })}`);
  const { exit, out } = await comms(root, ['validate']);
  expect(exit).toBe(6);
  const places = out.split('\n').flatMap((text) => /^(\S+inbox\.md):\d+: (\w+ \w+ [\w/]+): /.exec(text)?.slice(1).join(' ') ?? []);
  expect(places).toEqual([
    'claude-inbox.md error MISSING_FIELD /subject',
    'gpt-inbox.md warning MISSING_FIELD /content/attachments',
    'gpt-inbox.md warning MISSING_FIELD /content/context',
    'gpt-inbox.md error MISSING_FIELD /content/details',
    'gpt-inbox.md error NOT_ALLOWED /priority',
  ]);
  const [line] = /gpt-inbox\.md:(\d+): error NOT_ALLOWED/.exec(out)?.slice(1) ?? [];
  const text = readFileSync(join(root, 'gpt-inbox.md'), 'utf8').split('\n');
  expect(text[Number(line) - 1]).toBe('```json');
});

test('warnings alone end with 0, and with --strict they are errors', async () => {
  const root = filesWorkspace();
  writeFileSync(join(root, 'm.json'), message({ references: undefined }));
  const lax = await comms(root, ['validate', 'm.json', '--json']);
  expect([lax.exit, codes(lax.out)]).toEqual([0, ['MISSING_FIELD']]);
  expect((await comms(root, ['validate', 'm.json', '--strict'])).exit).toBe(6);
});

test('invalid UTF-8 is a problem of its file', async () => {
  const root = filesWorkspace();
  writeFileSync(join(root, 'm.json'), Buffer.from([0x7b, 0xff, 0x7d]));
  const { exit, out } = await comms(root, ['validate', 'm.json', '--json']);
  expect([exit, codes(out)]).toEqual([6, ['INVALID_UTF8']]);
});

test('a broken config.json does not hide what else is wrong', async () => {
  const root = filesWorkspace();
  writeFileSync(join(root, 'config.json'), '{"version": "1.0",\n "agents": }');
  appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-001', { subject: undefined })}`);
  const { exit, out } = await comms(root, ['validate', '--json']);
  const { problems } = JSON.parse(out).data;
  expect(exit).toBe(6);
  expect(problems.map(({ file }: { file: string }) => file)).toEqual(['config.json', 'gpt-inbox.md']);
  expect(problems[0]).toMatchObject({ code: 'INVALID_CONFIG', line: 2 });
});

test('own types are checked with the schema of the workspace', async () => {
  const root = filesWorkspace();
  const schema = { type: 'object', properties: { content: { properties: { context: { required: ['port'] } } } } };
  writeFileSync(join(root, 'own.json'), message({ type: 'server.started' }));
  expect((await comms(root, ['validate', 'own.json'])).exit).toBe(0);
  mkdirSync(join(root, 'schemas'));
  writeFileSync(join(root, 'schemas', 'server.started.schema.json'), JSON.stringify(schema));
  const { exit, out } = await comms(root, ['validate', 'own.json']);
  expect(exit).toBe(6);
  expect(out).toContain('/content/context/port');
});

test('a file that is not there, and a directory', async () => {
  const root = filesWorkspace();
  expect((await comms(root, ['validate', 'nothing.json', '--json'])).exit).toBe(3);
  mkdirSync(join(root, 'empty'));
  expect((await comms(root, ['validate', 'empty'])).exit).toBe(3);
  rmSync(root, { recursive: true });
  expect((await comms(root, ['validate'])).exit).toBe(3);
});

test('a directory is a workspace, every file of it', async () => {
  const root = filesWorkspace();
  appendFileSync(join(root, 'gpt-inbox.md'), `\n${block('msg-001', { subject: undefined })}`);
  writeFileSync(join(root, 'status.json'), '{');
  const codesAndFiles = (out: string) =>
    JSON.parse(out).data.problems.map(({ code, file }: { code: string; file: string }) => `${code} ${file}`);
  const whole = await comms(root, ['validate', '--json']);
  const named = await comms(root, ['validate', '.', '--json']);
  expect([named.exit, codesAndFiles(named.out)]).toEqual([whole.exit, codesAndFiles(whole.out)]);
  expect(codesAndFiles(named.out).length).toBeGreaterThan(1);
  const above = await comms(dirname(root), ['validate', basename(root), '--json']);
  expect(codesAndFiles(above.out)).toEqual(codesAndFiles(whole.out).map((line: string) => line.replace(' ', ` ${basename(root)}/`)));
});
