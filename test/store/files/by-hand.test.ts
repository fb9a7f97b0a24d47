import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draftOf } from '../conformance.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

const statusFile = () => JSON.parse(workspace.read('status.json'));

function block(id: string, change: Record<string, unknown> = {}): string {
  const message = {
    id,
    timestamp: '2026-01-17T12:00:00Z',
    sender: 'gpt',
    recipient: 'claude',
    type: 'INFO',
    priority: 'low',
    status: 'PENDING',
    subject: 'By hand',
    content: { details: 'Written with cat.', context: {} },
    ...change,
  };
  return `\n### Message: ${id}\n\n\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\`\n`;
}

describe('what people and agents write by hand', () => {
  test('a message appended with cat is seen, counted and can be claimed; ids go on after it', async () => {
    appendFileSync(path.join(workspace.root, 'claude-inbox.md'), block('msg-007'));
    expect((await workspace.store.list({ inboxes: ['claude'] })).map(({ message }) => message.id)).toEqual(['msg-007']);
    expect(await workspace.send()).toBe('msg-008');
    expect(statusFile()).toMatchObject({ pending_items: ['msg-007', 'msg-008'], last_message_id: 'msg-008' });
    expect((await workspace.store.claim({ agent: 'claude' })).message.id).toBe('msg-007');
    // What it left out is not written into it.
    expect(workspace.read('claude-inbox.md')).not.toContain('"references"');
  });

  test('a status set to COMPLETED in an editor finishes the message', async () => {
    const id = await workspace.send();
    workspace.write('gpt-inbox.md', workspace.read('gpt-inbox.md').replace('"PENDING"', '"COMPLETED"'));
    expect((await workspace.store.find(id))[0]?.message.status).toBe('COMPLETED');
    await workspace.send();
    expect(statusFile()).toMatchObject({ completed_items: [id], agents: { gpt: { messages_processed: 1 } } });
    expect((await workspace.store.check()).problems).toEqual([]);
  });

  test('IN_PROGRESS set by hand belongs to the owner without end; PENDING set by hand drops a lease', async () => {
    const id = await workspace.send();
    workspace.write('gpt-inbox.md', workspace.read('gpt-inbox.md').replace('"PENDING"', '"IN_PROGRESS"'));
    workspace.options.tick(10 * 3_600_000);
    expect((await workspace.store.find(id))[0]?.message.status).toBe('IN_PROGRESS');
    await expect(workspace.store.claim({ agent: 'gpt' })).rejects.toMatchObject({ code: 'NOTHING_TO_CLAIM' });
    await workspace.store.claim({ agent: 'gpt', id });
    workspace.write('gpt-inbox.md', workspace.read('gpt-inbox.md').replace('"IN_PROGRESS"', '"PENDING"'));
    expect((await workspace.store.claim({ agent: 'gpt' })).message.id).toBe(id);
  });

  test('an edit of ours leaves every other byte alone', async () => {
    const text = `\ufeff# My inbox  \r\n\r\nNotes of mine.\r\n\r\n## Active Messages\r\n${block('msg-001', { recipient: 'gpt', own: 1.0 }).replaceAll('\n', '\r\n')}\r\nMore notes.\r\n${block('msg-002', { recipient: 'gpt' })}`;
    workspace.write('gpt-inbox.md', text);
    await workspace.store.complete({ agent: 'gpt', id: 'msg-001', result: 'done' });
    const after = workspace.read('gpt-inbox.md');
    expect(after.startsWith('\ufeff# My inbox  \r\n\r\nNotes of mine.\r\n')).toBe(true);
    expect(after.slice(after.indexOf('\r\nMore notes.'))).toBe(text.slice(text.indexOf('\r\nMore notes.')));
    expect(after).toContain('"status": "COMPLETED"');
  });

  test('a broken block is reported with its place and survives every write', async () => {
    const broken = '\n### Message: msg-009\n\n```json\n{ "id": "msg-009", "sender": oops }\n```\n';
    appendFileSync(path.join(workspace.root, 'gpt-inbox.md'), broken);
    const id = await workspace.send();
    await workspace.store.complete({ agent: 'gpt', id });
    await workspace.store.archive({ rotate: true });
    expect(workspace.read('gpt-inbox.md')).toContain(broken.trim());
    const { problems } = await workspace.store.check({ fix: true });
    expect(problems).toMatchObject([{ severity: 'error', code: 'BAD_JSON', file: 'gpt-inbox.md' }]);
    expect(problems[0]?.line).toBeGreaterThan(0);
  });

  test('an inbox that was deleted is made again by the next message to it', async () => {
    rmSync(path.join(workspace.root, 'gpt-inbox.md'));
    await workspace.send();
    expect(existsSync(path.join(workspace.root, 'gpt-inbox.md'))).toBe(true);
    expect(await workspace.store.list({ inboxes: ['gpt'] })).toHaveLength(1);
  });

  test('an id that was taken twice by hand is reported, and --fix gives the later one a fresh id', async () => {
    const id = await workspace.send();
    appendFileSync(path.join(workspace.root, 'claude-inbox.md'), block(id, { timestamp: '2026-01-17T13:00:00Z' }));
    expect((await workspace.store.check()).problems.map(({ code }) => code)).toContain('DUPLICATE_ID');
    const { problems, fixed } = await workspace.store.check({ fix: true });
    expect(problems.filter(({ code }) => code === 'DUPLICATE_ID')).toEqual([]);
    expect(fixed.map(({ code }) => code)).toContain('DUPLICATE_ID');
    expect((await workspace.store.list({ inboxes: ['claude'] }))[0]?.message.id).toBe('msg-002');
    expect((await workspace.store.find(id)).map(({ inbox }) => inbox)).toEqual(['gpt']);
  });
});

describe('ids that were given by hand', () => {
  const inClaude = (text: string) => appendFileSync(path.join(workspace.root, 'claude-inbox.md'), text);
  const idsIn = async (inbox: string) =>
    (await workspace.store.list({ inboxes: [inbox] })).map(({ message }) => `${message.id} ${message.subject}`);

  test.each(['the one that comms sent', 'the one that comms sent, after .state/ was lost'])(
    '%s keeps its id, however old the other says it is',
    async (which) => {
      const id = await workspace.send({ subject: 'Sent' }, ['claude']);
      inClaude(block(id, { timestamp: '2020-01-01T00:00:00Z' }));
      if (which.endsWith('lost')) rmSync(path.join(workspace.root, '.state'), { recursive: true });
      const { problems, fixed } = await workspace.reopen().check({ fix: true });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(await idsIn('claude')).toEqual([`${id} Sent`, 'msg-002 By hand']);
      expect(fixed.filter(({ code }) => code === 'DUPLICATE_ID')).toEqual([
        {
          severity: 'error',
          code: 'DUPLICATE_ID',
          path: '/id',
          file: 'claude-inbox.md',
          message: 'The INFO from gpt to claude, "By hand", had the id of another, msg-001; it is msg-002 now',
        },
      ]);
      const headings = workspace.read('claude-inbox.md').match(/^### .*$/gm);
      expect(headings).toEqual(['### Message: msg-001', '### Message: msg-002']);
    },
  );

  test('a block that was copied, uid and all, to write another gets an id and a uid of its own', async () => {
    const id = await workspace.send({ subject: 'Sent' }, ['claude']);
    const sent = (await workspace.store.find(id))[0]?.message;
    const copied = { ...sent, timestamp: '2020-01-01T00:00:00Z', subject: 'Copied' };
    inClaude(`\n### Message: ${id}\n\n\`\`\`json\n${JSON.stringify(copied, null, 2)}\n\`\`\`\n`);
    await workspace.send({}, ['gpt']);
    expect((await workspace.store.check()).problems.map(({ code }) => code)).toContain('DUPLICATE_ID');
    expect((await workspace.reopen().check({ fix: true })).problems).toEqual([]);
    expect(await idsIn('claude')).toEqual([`${id} Sent`, 'msg-003 Copied']);
    const uids = (await workspace.store.list({ inboxes: ['claude'] })).map(({ message }) => message.uid);
    expect(uids[0]).toBe(sent?.uid);
    expect(uids[1]).not.toBe(sent?.uid);
  });

  test('an id that was purged is not given again, even where .state/ is not in a clone', async () => {
    const id = await workspace.send();
    await workspace.store.fail({ agent: 'gpt', id, error: 'x', reject: true });
    await workspace.store.purge({ section: 'dead' });
    rmSync(path.join(workspace.root, '.state'), { recursive: true });
    const { message } = await workspace.reopen().deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] });
    expect(message.id).toBe('msg-002');
    expect(statusFile().last_message_id).toBe('msg-002');
  });

  test('the copies of a broadcast keep the one id that they share', async () => {
    const id = await workspace.send({}, ['gpt', 'claude', 'gemini']);
    expect((await workspace.store.check({ fix: true })).problems).toEqual([]);
    expect(await workspace.store.find(id)).toHaveLength(3);
  });

  test('--fix names a message without an id in its heading, too, and says which it was', async () => {
    inClaude(block('').replace('"id": "",\n', '').replace('### Message: ', '### Message:'));
    const { fixed } = await workspace.store.check({ fix: true });
    expect(fixed.map(({ message }) => message)).toContain('The INFO from gpt to claude, "By hand", had no id; it is msg-001 now');
    expect(workspace.read('claude-inbox.md')).toContain('\n### Message: msg-001\n\n```json');
  });

  test('one without an id is counted and listed nowhere; claiming it gives it one', async () => {
    inClaude(block('').replace('"id": "",\n', ''));
    await workspace.send();
    expect(statusFile()).toMatchObject({ pending_items: ['msg-001'], agents: { claude: { messages_pending: 1 } } });
    const { message } = await workspace.store.claim({ agent: 'claude' });
    expect(message.id).toBe('msg-002');
    await workspace.store.complete({ agent: 'claude', id: 'msg-002' });
    expect(statusFile()).toMatchObject({ in_progress_items: [], agents: { claude: { messages_processed: 1 } } });
    expect((await workspace.store.check()).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('one without an id that expires is a dead letter that can be named', async () => {
    inClaude(block('', { expires_at: '2026-01-17T12:00:10Z' }).replace('"id": "",\n', ''));
    workspace.options.tick(10_000);
    await workspace.store.sweep();
    expect((await workspace.store.list({ sections: ['dead'] })).map(({ message }) => message.id)).toEqual(['msg-001']);
    await workspace.store.redrive({ id: 'msg-001' });
  });
});

describe('status.json', () => {
  test('is rebuilt when it is missing, wrong, broken or of the older form, and keeps what agents say', async () => {
    await workspace.store.setPresence('gpt', { status: 'active', currentTask: 'tests' });
    const id = await workspace.send();
    const right = statusFile();
    for (const wrong of ['', '{ not json', '[]', JSON.stringify({ ...right, pending_items: ['msg-404'] })]) {
      workspace.write('status.json', wrong);
      expect((await workspace.store.check()).problems.map(({ code }) => code)).toEqual([expect.stringMatching(/^STATUS_/)]);
      await workspace.store.sweep();
      expect(statusFile().pending_items).toEqual([id]);
      expect((await workspace.store.check()).problems).toEqual([]);
    }
    expect(statusFile().agents.gpt.status).toBe('active');
    workspace.write(
      'status.json',
      JSON.stringify({ gpt_status: 'active', claude_status: 'idle', last_updated: 'x', pending_items: [], note: 'mine' }),
    );
    expect((await workspace.store.check()).problems).toMatchObject([{ code: 'STATUS_OLD_FORM', severity: 'warning' }]);
    await workspace.store.check({ fix: true });
    expect(statusFile()).toMatchObject({ pending_items: [id], agents: { gpt: { status: 'active' } }, note: 'mine' });
  });

  test('what an agent says of itself by hand is carried over', async () => {
    await workspace.send();
    const status = statusFile();
    status.agents.gpt.current_task = 'by hand';
    workspace.write('status.json', JSON.stringify(status));
    await workspace.send();
    expect(statusFile().agents.gpt).toMatchObject({ current_task: 'by hand', messages_pending: 2 });
  });
});

test('a link out of the workspace is reported, hides nothing else, and is neither read nor written through', async () => {
  const id = await workspace.send();
  const outside = path.join(path.dirname(workspace.root), `${path.basename(workspace.root)}-outside.md`);
  writeFileSync(outside, 'mine\n');
  rmSync(path.join(workspace.root, 'gemini-inbox.md'));
  symlinkSync(outside, path.join(workspace.root, 'gemini-inbox.md'));
  try {
    expect((await workspace.store.check()).problems).toMatchObject([{ code: 'UNSAFE_PATH', file: 'gemini-inbox.md' }]);
    await expect(workspace.send({}, ['gemini'])).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect(await workspace.send()).toBe('msg-002');
    expect((await workspace.store.list({ inboxes: ['gpt'] })).map(({ message }) => message.id)).toEqual([id, 'msg-002']);
    expect((await workspace.store.list()).map(({ message }) => message.id)).toEqual([id, 'msg-002']);
    expect(await workspace.store.find(id)).toHaveLength(1);
    expect(await workspace.store.status()).toMatchObject({ pending_items: [id, 'msg-002'], agents: { gemini: { messages_pending: 0 } } });
    await expect(workspace.store.list({ inboxes: ['gemini'] })).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect((await workspace.store.list({ inboxes: ['gemini', 'gpt'] })).map(({ message }) => message.id)).toEqual([id, 'msg-002']);
    expect(readFileSync(outside, 'utf8')).toBe('mine\n');
  } finally {
    rmSync(outside);
  }
});

test('an inbox that becomes a link out of the workspace is told to who watches, and its messages have not vanished', async () => {
  await workspace.send();
  const events: string[] = [];
  const stop = new AbortController();
  const watching = workspace.store.watch({
    signal: stop.signal,
    onEvent: (event) =>
      events.push('message' in event ? `${event.event} ${event.inbox}` : `${event.event} ${'inbox' in event ? event.inbox : ''}`),
  });
  await expect.poll(() => events, { timeout: 10_000 }).toEqual(['waiting gpt', 'ready ']);
  rmSync(path.join(workspace.root, 'gpt-inbox.md'));
  symlinkSync('/dev/null', path.join(workspace.root, 'gpt-inbox.md'));
  await expect.poll(() => events.slice(2), { timeout: 10_000 }).toEqual(['error gpt']);
  await workspace.send({}, ['gemini']);
  await expect.poll(() => events.slice(3), { timeout: 10_000 }).toEqual(['message gemini']);
  stop.abort();
  await watching;
});

test('an edit that leaves size and time of the file as they were is noticed by its bytes', async () => {
  const id = await workspace.send();
  const inbox = path.join(workspace.root, 'gpt-inbox.md');
  const sameTime = () => utimesSync(inbox, new Date('2026-01-17T12:00:00Z'), new Date('2026-01-17T12:00:00Z'));
  sameTime();
  await workspace.store.sweep();
  writeFileSync(inbox, workspace.read('gpt-inbox.md').replace('"PENDING"', '"BLOCKED"'));
  sameTime();
  await workspace.reopen().deliver({ draft: draftOf(workspace.options), recipients: ['gpt'] });
  expect(statusFile()).toMatchObject({ blocked_items: [id], pending_items: ['msg-002'] });
});

test('an id in a broken block is taken', async () => {
  appendFileSync(
    path.join(workspace.root, 'gpt-inbox.md'),
    '\n### Message: msg-041\n\n```json\n{ "id": "msg-041" "sender": "claude" }\n```\n',
  );
  expect(await workspace.send()).toBe('msg-042');
});
