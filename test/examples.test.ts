import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openComms } from '../src/comms.ts';
import { writeFiles } from './workspace/temporary.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:COMMS_|NODE_|FORCE_COLOR$)/.test(name)));

/** An example as a process, from the built package. */
function start(args: string[], cwd = ROOT) {
  const child = spawn(process.execPath, [path.join(ROOT, 'examples', args[0] ?? ''), ...args.slice(1)], { cwd, env });
  const lines: string[] = [];
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, lines, ended, err: () => err };
}

test.each(['files', 'sqlite'])('three agents, on %s', async (store) => {
  const { lines, ended, err } = start(['three-agents.mjs', store]);
  expect({ exit: await ended, err: err() }).toEqual({ exit: 0, err: '' });
  expect(lines.filter((line) => line.startsWith('requester: '))).toEqual([
    'requester: asked msg-001, answered by msg-002 (context.query.response)',
    'requester: The interface is React with server components; state lives in the URL.',
    'requester: the file begins with "# ui"',
    'requester: NO_ANSWER: Nobody answered msg-003: context-manager rejected it (Ask about one of these: ui, storage.).',
  ]);
  // What changes twice between two looks is one event.
  for (const line of [
    'msg-001 (context.query) in context-manager: COMPLETED',
    'msg-002 (context.query.response) in requester: COMPLETED',
  ]) {
    expect(lines).toContain(`observer: ${line}`);
  }
});

test('the context manager answers who asks and then waits, ends what it has begun, and gives back nothing half done', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'comms-example-'));
  writeFiles(cwd, {
    'agent-comms/config.json': JSON.stringify({ version: '1.0', agents: { 'context-manager': {}, 'frontend-dev-01': {} } }),
  });
  const { child, lines, ended, err } = start(['context-manager.mjs'], cwd);
  const root = path.join(cwd, 'agent-comms');
  const comms = await openComms({ workspace: root });
  try {
    await expect.poll(() => lines, { timeout: 20_000 }).toEqual(['context-manager: ready']);
    const [ui, both] = ['What is the UI?', 'UI and storage?'].map((details, n) =>
      comms.send({
        from: 'frontend-dev-01',
        to: ['context-manager'],
        type: 'context.query',
        subject: 'Architecture',
        details,
        correlationId: `c-${n}`,
      }),
    );
    const response = await comms.waitForResponse({ agent: 'frontend-dev-01', correlationId: 'c-1', timeoutMs: 20_000 });
    expect(response).toMatchObject({ sender: 'context-manager', type: 'context.query.response', references: [(await both)?.message.id] });
    const { artifact_path, context } = response.content.context as { artifact_path: string; context: object };
    expect(Object.keys(context)).toEqual(['ui', 'storage']);
    expect(artifact_path).toBe(`agent-comms/artifacts/context-${(await both)?.message.id}.md`);
    expect(readFileSync(path.join(cwd, artifact_path), 'utf8')).toContain('# storage');
    expect(response.content.attachments).toMatchObject([{ path: artifact_path }]);
    await comms.waitForResponse({ agent: 'frontend-dev-01', correlationId: 'c-0', timeoutMs: 20_000 });
    expect((await comms.read({ id: (await ui)?.message.id ?? '' })).message.status).toBe('COMPLETED');
    child.kill('SIGTERM');
    expect({ exit: await ended, err: err() }).toEqual({ exit: 0, err: '' });
  } finally {
    child.kill('SIGKILL');
    await ended;
    await comms.close();
    rmSync(cwd, { recursive: true, force: true });
  }
});
